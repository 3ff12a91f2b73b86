/**
 * A mail server for whoever has none: takes every message on loopback and keeps it as a file in `mailbox/`,
 * which any mail program opens. It delivers nothing.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { makePrivateFolder } from './private-files.ts';

const LARGEST_MESSAGE_BYTES = 25 * 1024 * 1024;

export interface MailSink {
  /** smtp://127.0.0.1:port */
  readonly url: string;
  /** Where the `.eml` files are. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** The subject as it stands in the head of a message, folded lines joined and encoded words read. */
function subjectOf(message: Buffer): string {
  const head = message
    .subarray(0, 64 * 1024)
    .toString('utf8')
    .split(/\r?\n\r?\n/, 1)[0]!;
  const raw = /^subject:(.*(?:\r?\n[ \t].*)*)/im.exec(head)?.[1] ?? '';
  return raw
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/\r?\n\s*/g, ' ')
    .replace(/=\?[^?]+\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
      decodeWord(encoding, text),
    )
    .trim();
}

function decodeWord(encoding: string, text: string): string {
  if (encoding.toLowerCase() === 'b') return Buffer.from(text, 'base64').toString('utf8');
  const bytes = text
    .replace(/_/g, ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * `2026-03-01T06-00-00.123Z-forecast-for-week-10-3fa9c1.eml`: sorted by arrival, readable, and with the hash
 * of the message, so that two that arrive in one millisecond have two names.
 */
export function mailFileName(message: Buffer, receivedAt: Date): string {
  const slug = subjectOf(message)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  const hash = createHash('sha256').update(message).digest('hex').slice(0, 8);
  return `${receivedAt.toISOString().replace(/:/g, '-')}-${slug || 'no-subject'}-${hash}.eml`;
}

async function readMessage(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    // The rest is read and thrown away, because the sender listens to the answer only after its last byte.
    if (sizeBytes <= LARGEST_MESSAGE_BYTES) chunks.push(chunk);
  }
  if (sizeBytes > LARGEST_MESSAGE_BYTES) {
    throw Object.assign(new Error(`at most ${LARGEST_MESSAGE_BYTES} bytes a message, got ${sizeBytes}`), {
      responseCode: 552,
    });
  }
  return Buffer.concat(chunks);
}

/**
 * Starts the sink. A message is answered with "accepted" only when its file is complete.
 *
 * @param host loopback by default
 * @throws Error when the port is taken
 */
export async function startMailSink({
  home,
  port,
  host = '127.0.0.1',
}: {
  home: string;
  port: number;
  host?: string;
}): Promise<MailSink> {
  const folder = makePrivateFolder(home, 'mailbox');
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: LARGEST_MESSAGE_BYTES,
    banner: 'Smart ETL mail sink',
    closeTimeout: 2_000,
    onData(stream, _session, done) {
      readMessage(stream)
        .then((message) => {
          const file = path.join(folder, mailFileName(message, new Date()));
          writeFileSync(`${file}.new`, message, { mode: 0o600 });
          renameSync(`${file}.new`, file);
          done();
        })
        .catch((error: Error) => done(error));
    },
  });
  server.listen(port, host);
  await once(server.server, 'listening'); // rejects with the server's error event
  // A client that breaks off is its own business.
  server.on('error', () => {});
  return {
    url: `smtp://${host}:${port}`,
    folder,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
