/** The running pipeline as a benchmark drives and watches it. */
import { mkdir, rename, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { runWorkflow } from '../../cli/run-workflow.ts';
import { scheduleIds, workflowIds } from '../../workflows/names.ts';
import type { Servers } from './servers.ts';

/** Opens a client of the stack's Temporal for as long as `work` takes. */
export async function withTemporal<T>(servers: Servers, work: (temporal: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: `127.0.0.1:${servers.stack.ports.temporal}` });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

/** Collects a source once. */
export const collect = (temporal: Client, source: string) =>
  runWorkflow(temporal, 'collect', workflowIds.collect(source), { source }, `Collect ${source}`);

/** The collections come when the benchmark wants them, not by the clock. */
export async function pauseSchedules(temporal: Client, sources: readonly string[]): Promise<void> {
  for (const source of sources) await temporal.schedule.getHandle(scheduleIds.collect(source)).pause();
}

/** Puts a file into a drop folder as a careful program does: under another name first. */
export async function drop(
  folder: string,
  name: string,
  content: string | Uint8Array,
  finishedMsAgo = 0,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const target = path.join(folder, name);
  await writeFile(`${target}.part`, content);
  if (finishedMsAgo > 0) {
    const seconds = (Date.now() - finishedMsAgo) / 1000;
    await utimes(`${target}.part`, seconds, seconds);
  }
  await rename(`${target}.part`, target);
}

/** One answer of the database, on a connection of its own: what was there before may have been killed. */
export async function ask<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 120_000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Asks again until the answer is yes; an outage is no answer. False when the time is over first. */
export async function until(
  answer: () => Promise<boolean>,
  { limitMs, everyMs }: { limitMs: number; everyMs: number },
): Promise<boolean> {
  const endAt = performance.now() + limitMs;
  while (performance.now() < endAt) {
    if (await answer().catch(() => false)) return true;
    await pause(everyMs);
  }
  return false;
}
