import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { ProblemError, problemOf } from '../http/problem.ts';

const HEARTBEAT_MS = 15_000;
/** Browsers at once; each is an open socket. */
const MOST_CLIENTS = 200;
/** A browser that leaves this much unread is asleep: it is let go and comes back by itself. */
const MOST_UNREAD_BYTES = 64 * 1024;
/** Kept for those who come back: a burst of changes, or a day of few. */
const MOST_KEPT = 2_000;
/** More that was missed is not sent one by one: reading again once is less. */
const MOST_SENT_AGAIN = 200;

export interface EventStream {
  /**
   * Turns a response into a stream and keeps it until either side closes.
   *
   * @param lastEventId of the last event that a browser saw before its connection was lost: it is sent what it missed,
   * or `reset` where that is no longer known
   * @param isStillWelcome asked with every heartbeat: whose session is over hears no more
   */
  attach(
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
    lastEventId: string | undefined,
    isStillWelcome: () => Promise<boolean>,
  ): void;
  broadcast(event: string, data: unknown): void;
  /** Browsers connected now, events sent to all of them so far, and those let go because they did not read. */
  counts(): { clients: number; events: number; dropped: number };
  close(): void;
}

/**
 * Server-Sent Events to every browser that asked (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 *
 * An event says what to read again, never what is there now. The last of them are kept: a browser that was away for a
 * moment is sent what it missed. Ids hold for one life of the server; to one of another life it says `reset`, which
 * means "read everything again".
 *
 * @param welcome event for a browser that has just come, or null.
 */
export function createEventStream(
  welcome: () => { event: string; data: unknown } | null,
  heartbeatMs = HEARTBEAT_MS,
): EventStream {
  const clients = new Map<ServerResponse, () => Promise<boolean>>();
  const life = randomBytes(6).toString('base64url');
  /** By number: `kept[i]` is event `events - kept.length + i + 1`. */
  const kept: string[] = [];
  let events = 0;
  let dropped = 0;

  const send = (client: ServerResponse, text: string) => {
    client.write(text);
    if (client.writableLength <= MOST_UNREAD_BYTES || client.destroyed) return;
    dropped++;
    client.destroy();
  };
  const textOf = (event: string, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  const idLine = () => `id: ${life}-${events}\n`;

  const missedSince = (id: string): string => {
    const digits = id.startsWith(`${life}-`) ? id.slice(life.length + 1) : '';
    const number = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
    const missed = events - number;
    const isKnown =
      Number.isSafeInteger(number) && missed >= 0 && missed <= Math.min(kept.length, MOST_SENT_AGAIN);
    if (!isKnown) return idLine() + textOf('reset', {});
    return missed === 0 ? '' : kept.slice(-missed).join('');
  };

  const heartbeat = setInterval(() => {
    for (const [client, isStillWelcome] of clients) {
      send(client, ': still here\n\n');
      void isStillWelcome().then((welcome) => welcome || client.end());
    }
  }, heartbeatMs);
  heartbeat.unref();

  return {
    attach(response, headers, lastEventId, isStillWelcome) {
      if (clients.size >= MOST_CLIENTS) {
        const detail = `${MOST_CLIENTS} browsers are connected already. Close some, or read again later.`;
        throw new ProblemError(problemOf('too-many-streams', 503, detail), { 'retry-after': '30' });
      }
      response.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // A proxy that gathers answers before passing them on would hold ours back for ever.
        'x-accel-buffering': 'no',
      });
      response.write('retry: 2000\n\n');
      const first = welcome();
      // With the number of the last event, so that whoever leaves at once has it too.
      if (first) response.write((lastEventId ? '' : idLine()) + textOf(first.event, first.data));
      if (lastEventId) response.write(missedSince(lastEventId));
      clients.set(response, isStillWelcome);
      response.on('close', () => clients.delete(response));
      response.on('error', () => clients.delete(response));
    },
    broadcast(event, data) {
      events++;
      const text = idLine() + textOf(event, data);
      kept.push(text);
      if (kept.length > MOST_KEPT) kept.shift();
      for (const client of clients.keys()) send(client, text);
    },
    counts: () => ({ clients: clients.size, events, dropped }),
    close() {
      clearInterval(heartbeat);
      for (const client of clients.keys()) client.end();
    },
  };
}
