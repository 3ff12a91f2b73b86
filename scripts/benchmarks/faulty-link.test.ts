import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultyLink, openLink } from './faulty-link.ts';

let server: Server;
let link: FaultyLink;
/** Connections that the server has. */
let served: Set<Socket>;

beforeEach(async () => {
  served = new Set();
  server = createServer((socket) => {
    served.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => served.delete(socket));
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  link = await openLink((server.address() as AddressInfo).port);
});
afterEach(async () => {
  await link.close();
  for (const socket of served) socket.destroy();
  server.close();
});

/** A client that writes down what it hears. */
async function connected() {
  const socket = createConnection({ port: link.port, host: '127.0.0.1', noDelay: true });
  const heard = { bytes: Buffer.alloc(0), ended: false, error: null as string | null };
  socket.on('data', (bytes: Buffer) => {
    heard.bytes = Buffer.concat([heard.bytes, bytes]);
  });
  socket.on('end', () => {
    heard.ended = true;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    heard.error = error.code ?? error.message;
  });
  await once(socket, 'connect');
  const echoed = (text: string) => expect.poll(() => heard.bytes.toString(), { timeout: 5_000 }).toBe(text);
  return { socket, heard, echoed };
}

describe('a link', { timeout: 20_000 }, () => {
  it('hands on everything, in order, both ways, and the end', async () => {
    const { socket, heard } = await connected();
    const bytes = Buffer.alloc(3_000_000, 'abcdefg');
    socket.end(bytes);
    await once(socket, 'close');
    expect(heard.ended).toBe(true);
    expect(heard.bytes.equals(bytes)).toBe(true);
    await expect.poll(() => link.connections()).toBe(0);
  });

  it('reset: ends what stands and what comes with RST, until it is lifted', async () => {
    const { socket, heard, echoed } = await connected();
    socket.write('one');
    await echoed('one');
    link.begin('reset');
    await expect.poll(() => heard.error).toBe('ECONNRESET');
    await expect.poll(() => served.size).toBe(0);
    const next = await connected().catch((error: NodeJS.ErrnoException) => error);
    if ('heard' in next) await expect.poll(() => next.heard.error).toBe('ECONNRESET');
    else expect(next.code).toBe('ECONNRESET');
    link.lift();
    const again = await connected();
    again.socket.write('two');
    await again.echoed('two');
    again.socket.destroy();
  });

  it('black hole: takes connections and says nothing; what met it stays silent when it is lifted', async () => {
    const before = await connected();
    before.socket.write('one');
    await before.echoed('one');
    link.begin('black-hole');
    const during = await connected();
    before.socket.write('two');
    during.socket.write('three');
    await pause(300);
    expect(before.heard).toMatchObject({ error: null, ended: false });
    expect(during.heard).toMatchObject({ error: null, ended: false, bytes: Buffer.alloc(0) });
    link.lift();
    const after = await connected();
    after.socket.write('four');
    await after.echoed('four');
    expect(before.heard.bytes.toString()).toBe('one');
    expect(during.heard.bytes).toHaveLength(0);
    // The server is not told that a silenced client went.
    before.socket.destroy();
    await pause(100);
    expect(served.size).toBeGreaterThanOrEqual(2);
    for (const { socket } of [during, after]) socket.destroy();
  });

  it('latency: each way later by so much, nothing lost when it is lifted', async () => {
    const { socket, heard, echoed } = await connected();
    link.begin('latency', { latencyMs: 150 });
    const startMs = performance.now();
    socket.write('one');
    await expect.poll(() => heard.bytes.length, { interval: 5 }).toBe(3);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(299);
    socket.write(' two');
    link.lift();
    await echoed('one two');
    socket.destroy();
  });

  it('trickle: a few bytes a second, the rest at once when it is lifted', async () => {
    const { socket, heard, echoed } = await connected();
    link.begin('trickle', { trickleBytesPerSecond: 40 });
    const text = 'x'.repeat(400);
    socket.write(text);
    await pause(1_000);
    expect(heard.bytes.length).toBeGreaterThan(0);
    expect(heard.bytes.length).toBeLessThanOrEqual(60);
    link.lift();
    await echoed(text);
    socket.destroy();
  });

  it('cut: ends with FIN after so many bytes of the answer', async () => {
    const { socket, heard } = await connected();
    link.begin('cut', { cutAfterBytes: 10 });
    socket.write('0123456');
    socket.write('789abcdef');
    await once(socket, 'end');
    expect(heard.bytes.toString()).toBe('0123456789');
    expect(heard.error).toBeNull();
    await expect.poll(() => served.size).toBe(0);
  });
});
