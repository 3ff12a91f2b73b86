/**
 * A receiver of webhooks for whoever has none: takes every POST and keeps it as a file in `webhooks/`. It passes nothing
 * on.
 */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { makePrivateFolder } from './private-files.ts';

const LARGEST_POST_BYTES = 1024 * 1024;

export interface WebhookSink {
  readonly url: string;
  /** Where the files are: `2026-03-01T06-00-00.123Z-teams-3fa9c1d2.json` for a POST to /teams. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** null: too large. What is too large is read to its end all the same, so that the sender hears the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= LARGEST_POST_BYTES) chunks.push(chunk);
  }
  return sizeBytes > LARGEST_POST_BYTES ? null : Buffer.concat(chunks);
}

/** Sorted by arrival; the hash keeps two of one millisecond apart. */
function fileName(address: string, body: Buffer, receivedAt: Date): string {
  const slug = address
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  const hash = createHash('sha256').update(body).update(randomUUID()).digest('hex').slice(0, 8);
  return `${receivedAt.toISOString().replace(/:/g, '-')}-${slug || 'post'}-${hash}.json`;
}

/**
 * Starts the sink. A POST is answered with 200 only when its file is complete.
 *
 * @param host loopback by default
 * @throws Error when the port is taken
 */
export async function startWebhookSink({
  home,
  port,
  host = '127.0.0.1',
}: {
  home: string;
  port: number;
  host?: string;
}): Promise<WebhookSink> {
  const folder = makePrivateFolder(home, 'webhooks');
  const server = createServer(async (request, response) => {
    const answer = (status: number, text: string) => response.writeHead(status).end(`${text}\n`);
    if (request.method !== 'POST') {
      answer(405, 'only POST');
      return;
    }
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) return; // the sender broke off
    if (body === null) {
      answer(413, `at most ${LARGEST_POST_BYTES} bytes`);
      return;
    }
    const file = path.join(folder, fileName(request.url!.split('?')[0]!, body, new Date()));
    writeFileSync(`${file}.new`, body, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    answer(200, 'ok');
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    folder,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
