/** A TCP link that stands between a client and a server and fails when it is told to. */
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

export const FAULTS = ['reset', 'black-hole', 'latency', 'trickle', 'cut'] as const;
/**
 * `reset`: connections are reset, new ones too. `black-hole`: connections are taken and nothing passes, either way;
 * those that met it stay silent for ever, as behind a firewall that has forgotten them. `latency`: every byte comes so
 * much later. `trickle`: a few bytes a second. `cut`: each connection is ended (FIN) after so many bytes of the answer,
 * in the middle of whatever they are.
 */
export type Fault = (typeof FAULTS)[number];

export interface FaultSizes {
  latencyMs: number;
  trickleBytesPerSecond: number;
  cutAfterBytes: number;
}

export interface FaultyLink {
  port: number;
  /** Begins a fault, for the connections there are and for new ones. One ends when the next begins. */
  begin(fault: Fault, sizes?: Partial<FaultSizes>): void;
  /** The link works again. What was silenced is not woken. */
  lift(): void;
  /** Connections that stand now, the silent ones included. */
  connections(): number;
  close(): Promise<void>;
}

const SIZES: FaultSizes = { latencyMs: 300, trickleBytesPerSecond: 64, cutAfterBytes: 500 };
/** A trickle is handed on in so many portions a second. */
const PORTIONS_PER_SECOND = 4;

interface Condition extends FaultSizes {
  fault: Fault | null;
}

/** Opens a link to a server on loopback, on a free port or the one given. */
export async function openLink(serverPort: number, port = 0): Promise<FaultyLink> {
  const condition: Condition = { fault: null, ...SIZES };
  const pairs = new Set<Pair>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (condition.fault === 'reset') {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const pair = new Pair(client, serverPort, condition);
    pairs.add(pair);
    pair.closed.then(() => pairs.delete(pair));
    pair.apply();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const applyToAll = () => {
    for (const pair of pairs) pair.apply();
  };
  return {
    port: (server.address() as AddressInfo).port,
    begin(fault, sizes = {}) {
      Object.assign(condition, SIZES, sizes, { fault });
      applyToAll();
    },
    lift() {
      condition.fault = null;
      applyToAll();
    },
    connections: () => pairs.size,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const pair of pairs) pair.end();
      await closed;
    },
  };
}

/** A connection of the client and the one to the server that it is handed on to. */
class Pair {
  readonly closed: Promise<unknown>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #condition: Condition;
  readonly #ways: Way[];
  #silent = false;

  constructor(client: Socket, serverPort: number, condition: Condition) {
    this.#client = client;
    this.#condition = condition;
    this.#server = createConnection({
      port: serverPort,
      host: '127.0.0.1',
      allowHalfOpen: true,
      noDelay: true,
    });
    this.#ways = [new Way(client, this.#server, condition), new Way(this.#server, client, condition)];
    this.closed = Promise.all([once(client, 'close'), once(this.#server, 'close')].map(ignored));
    for (const [socket, other] of [
      [client, this.#server],
      [this.#server, client],
    ] as const) {
      socket.on('error', () => {
        // A silent one does not tell the other end either.
        if (!this.#silent) other.resetAndDestroy();
      });
      socket.on('close', () => {
        if (!this.#silent && !other.destroyed && !other.writableEnded) other.end();
      });
    }
  }

  apply(): void {
    const { fault, cutAfterBytes } = this.#condition;
    if (fault === 'reset') {
      this.end();
      return;
    }
    if (fault === 'black-hole') this.#silent = true;
    for (const way of this.#ways) {
      if (this.#silent) way.silence();
      way.changed();
    }
    const answers = this.#ways[1]!;
    answers.cutAfter(fault === 'cut' ? cutAfterBytes : null, () => {
      this.#client.end();
      this.#server.end();
      // Whoever does not answer the FIN is not waited for.
      setTimeout(() => this.end(), 1_000).unref();
    });
  }

  end(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }
}

const ignored = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => {});

/** One direction of a pair: bytes wait here until the condition lets them pass. */
class Way {
  readonly #to: Socket;
  readonly #from: Socket;
  readonly #condition: Condition;
  readonly #waiting: { bytes: Buffer; atMs: number }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #silent = false;
  #ended = false;
  #left: number | null = null;
  #onCut = () => {};

  constructor(from: Socket, to: Socket, condition: Condition) {
    this.#from = from;
    this.#to = to;
    this.#condition = condition;
    from.on('data', (bytes: Buffer) => {
      this.#waiting.push({ bytes, atMs: performance.now() });
      // Not more than this is kept: a link does not remember a file.
      if (this.#waiting.length >= 64) from.pause();
      this.changed();
    });
    from.on('end', () => {
      this.#ended = true;
      this.changed();
    });
    to.on('drain', () => this.changed());
    to.on('close', () => clearTimeout(this.#timer));
  }

  silence(): void {
    this.#silent = true;
    this.#from.pause();
  }

  cutAfter(bytes: number | null, onCut: () => void): void {
    this.#left = bytes;
    this.#onCut = onCut;
  }

  /** Hands on what may pass now, and comes again for what may pass later. */
  changed(): void {
    clearTimeout(this.#timer);
    if (this.#silent || this.#to.destroyed) return;
    const { fault, latencyMs, trickleBytesPerSecond } = this.#condition;
    for (;;) {
      const first = this.#waiting[0];
      if (first === undefined) break;
      if (this.#to.writableNeedDrain) return;
      if (fault === 'latency') {
        const waitMs = first.atMs + latencyMs - performance.now();
        if (waitMs > 0) {
          this.#again(waitMs);
          return;
        }
      }
      if (fault === 'trickle') {
        const portion = Math.max(1, Math.floor(trickleBytesPerSecond / PORTIONS_PER_SECOND));
        this.#hand(first.bytes.subarray(0, portion));
        first.bytes = first.bytes.subarray(portion);
        if (first.bytes.length === 0) this.#waiting.shift();
        this.#again(1_000 / PORTIONS_PER_SECOND);
        return;
      }
      this.#waiting.shift();
      if (!this.#hand(first.bytes)) return;
    }
    if (this.#from.isPaused()) this.#from.resume();
    if (this.#ended && !this.#to.writableEnded) this.#to.end();
  }

  /** False: the connection was cut at these bytes. */
  #hand(bytes: Buffer): boolean {
    if (this.#left === null || bytes.length < this.#left) {
      if (this.#left !== null) this.#left -= bytes.length;
      this.#to.write(bytes);
      return true;
    }
    this.#to.write(bytes.subarray(0, this.#left));
    this.#silent = true;
    this.#onCut();
    return false;
  }

  #again(inMs: number): void {
    this.#timer = setTimeout(() => this.changed(), inMs);
  }
}
