import type { ServerResponse } from 'node:http';
import { ProblemError, problemOf } from './problem.ts';

const HEARTBEAT_MS = 15_000;
/** Browsers at once; each is an open socket. */
const MOST_CLIENTS = 200;
/** A browser that leaves this much unread is asleep: it is let go and comes back by itself. */
const MOST_UNREAD_BYTES = 64 * 1024;

export interface EventStream {
  /** Turns a response into a stream and keeps it until either side closes. */
  attach(response: ServerResponse, headers: Readonly<Record<string, string>>): void;
  broadcast(event: string, data: unknown): void;
  close(): void;
}

/**
 * Server-Sent Events to every browser that asked (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 *
 * An event says what to read again, never what is there now. So nothing is kept for `Last-Event-ID`: a browser that
 * comes back reads everything once, whatever it missed.
 *
 * @param welcome event for a browser that has just come, or null.
 */
export function createEventStream(welcome: () => { event: string; data: unknown } | null): EventStream {
  const clients = new Set<ServerResponse>();
  let lastId = 0;

  const send = (client: ServerResponse, text: string) => {
    client.write(text);
    if (client.writableLength > MOST_UNREAD_BYTES) client.destroy();
  };
  const textOf = (event: string, data: unknown) =>
    `id: ${++lastId}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

  const heartbeat = setInterval(() => {
    for (const client of clients) send(client, ': still here\n\n');
  }, HEARTBEAT_MS);
  heartbeat.unref();

  return {
    attach(response, headers) {
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
      if (first) response.write(textOf(first.event, first.data));
      clients.add(response);
      response.on('close', () => clients.delete(response));
      response.on('error', () => clients.delete(response));
    },
    broadcast(event, data) {
      const text = textOf(event, data);
      for (const client of clients) send(client, text);
    },
    close() {
      clearInterval(heartbeat);
      for (const client of clients) client.end();
    },
  };
}
