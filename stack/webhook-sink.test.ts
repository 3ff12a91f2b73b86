import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from './ports.ts';
import { startWebhookSink, type WebhookSink } from './webhook-sink.ts';

let home = '';
let sink: WebhookSink;

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-webhooks-'));
  sink = await startWebhookSink({ home, port: await freePort() });
});
afterEach(async () => {
  await sink.stop();
  rmSync(home, { recursive: true });
});

const post = (address: string, body: string) => fetch(`${sink.url}${address}`, { method: 'POST', body });

test('what is posted is kept as it came, twice where it came twice', async () => {
  const body = '{"text":"deux « fois »"}';
  for (const answer of [await post('/teams?key=secret', body), await post('/teams?key=secret', body)]) {
    expect(answer.status).toBe(200);
  }
  const files = readdirSync(sink.folder);
  expect(files).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d.-]+Z-teams-[0-9a-f]{8}\.json$/),
    expect.stringMatching(/-teams-[0-9a-f]{8}\.json$/),
  ]);
  for (const file of files) expect(readFileSync(path.join(sink.folder, file), 'utf8')).toBe(body);
});

test('what is too large, or no POST, is refused and not kept', async () => {
  expect((await post('/', 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
  expect((await fetch(sink.url)).status).toBe(405);
  expect(readdirSync(sink.folder)).toEqual([]);
});
