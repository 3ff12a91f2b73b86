/** A mail server of a benchmark's own, which knows when each message was there. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

export interface MailReceiver {
  smtpUrl: string;
  /** When the last byte of each message had come, epoch milliseconds, by the id of the message in the outbox. */
  receivedMs: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function startMailReceiver(): Promise<MailReceiver> {
  const receivedMs = new Map<string, number>();
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      buffer(stream)
        .then((bytes) => {
          const id = /^Message-ID:\s*<(.+)@smart-etl>/im.exec(bytes.toString('latin1'))?.[1] ?? 'unknown';
          if (!receivedMs.has(id)) receivedMs.set(id, Date.now());
        })
        .then(() => done(), done);
    },
  });
  smtp.on('error', () => {}); // a worker that is stopped leaves its connection
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  return {
    smtpUrl: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    receivedMs,
    close: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
}
