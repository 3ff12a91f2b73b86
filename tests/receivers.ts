import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createOutgoing } from '../services/outgoing.ts';

/** Reaches the receivers here, as settings that allow loopback do. */
export const toLoopback = createOutgoing({ only: null, local: ['127.0.0.0/8'], http: [] });

export interface ReceivedPost {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface HttpReceiver {
  /** http://127.0.0.1:port */
  url: string;
  received: ReceivedPost[];
  close(): Promise<void>;
}

/** A real HTTP server that keeps what it is posted and answers as it is told; says 200 where it is not. */
export async function startHttpReceiver(
  answer: (response: ServerResponse, post: ReceivedPost, count: number) => unknown = (response) =>
    response.end('ok'),
): Promise<HttpReceiver> {
  const received: ReceivedPost[] = [];
  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString('utf8');
    const post = { path: request.url!, headers: request.headers, body };
    received.push(post);
    await answer(response, post, received.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface SmtpReceiver {
  port: number;
  /** As they came, heads and all. */
  received: string[];
  close(): Promise<void>;
}

/** A real SMTP server that keeps what it accepts. */
export async function startSmtpReceiver(
  options: SMTPServerOptions = {},
  accept: (message: string, count: number) => Promise<void> = async () => {},
): Promise<SmtpReceiver> {
  const received: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    ...options,
    onData(stream, _session, done) {
      buffer(stream)
        .then(async (bytes) => {
          received.push(bytes.toString('utf8'));
          await accept(received.at(-1)!, received.length);
          done();
        })
        .catch((error: Error) => done(error));
    },
  });
  // A client that breaks off is what some tests are about.
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** The id of a message that an SMTP server received. */
export const messageIdOf = (message: string): string | null =>
  /^Message-ID:\s*<(.+)@smart-etl>/im.exec(message)?.[1] ?? null;
