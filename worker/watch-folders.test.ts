import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection, defaultPayloadConverter } from '@temporalio/client';
import pino from 'pino';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { loadConfig } from '../config.ts';
import { ensureSchedules } from './schedules.ts';
import { watchFolders } from './watch-folders.ts';

let connection: Connection;
let client: Client;
let home: string;
let watch: { close(): Promise<void> };
const names = ['watched', 'paused'];
const folderOf = (source: string) => path.join(home, source);

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-watch-'));
  const base = loadConfig({ SMART_ETL_HOME: home });
  const sources = names.map((name) => ({
    name,
    kind: 'runs' as const,
    folder: mkdtempSync(folderOf(name)),
    namespace: 'default',
  }));
  const config = { ...base, temporalAddress: inject('temporalAddress'), sources };
  connection = await Connection.connect({ address: config.temporalAddress });
  client = new Client({ connection });
  await ensureSchedules(client, config);
  await client.schedule.getHandle('collect-paused').pause();
  watch = await watchFolders(config, pino({ level: 'silent' }));
  for (const source of sources) folders.set(source.name, source.folder);
});
afterAll(async () => {
  await watch?.close();
  await connection?.close();
  rmSync(home, { recursive: true, force: true });
});
const folders = new Map<string, string>();

/** What the watcher told the collection of a source. */
async function told(source: string): Promise<unknown[][]> {
  const handle = client.workflow.getHandle(`collect/${source}/arrived`);
  const { events } = await handle.fetchHistory().catch(() => ({ events: [] }));
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal ? [signal.input!.payloads!.map((payload) => defaultPayloadConverter.fromPayload(payload))] : [],
  );
}

function move(source: string, name: string): void {
  const file = path.join(folders.get(source)!, name);
  writeFileSync(`${file}.part`, 'whole');
  renameSync(`${file}.part`, file);
}

it('a file that is renamed into place is collected at once, but not from a source that is paused', async () => {
  move('paused', 'a.csv');
  await expect
    .poll(
      async () => {
        move('watched', 'b.csv');
        return told('watched');
      },
      { timeout: 20_000, interval: 500 },
    )
    .toContainEqual([['b.csv'], ['b.csv']]);
  expect(await told('paused')).toEqual([]);
});
