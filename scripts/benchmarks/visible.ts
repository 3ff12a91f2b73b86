/** How long it takes from a file being complete in its folder until its rows are seen by SQL. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { seededRandom } from '../../models/random.ts';
import { type Figure, figure } from './document.ts';
import type { Measured } from './large-inputs.ts';
import { drop } from './pipeline.ts';
import { say } from './progress.ts';
import { type Servers, WHOLE_PIPELINE, withServers } from './servers.ts';
import { quantile, rounded } from './statistics.ts';
import { SOURCE } from './stored-file.ts';

const MEAN_INTERVAL_MS = 1_000;
const LOOK_EVERY_MS = 20;
/** Longer than any schedule of the collection: what is not seen by then will not be. */
const PATIENCE_MS = 120_000;

/** Nothing but the running pipeline: what watches the folders there is what is measured. */
export const visible = (count: number, seed: number): Promise<Measured> =>
  withServers('visible', WHOLE_PIPELINE, { time: 'data' }, (servers) => measure(servers, count, seed));

async function measure(servers: Servers, count: number, seed: number): Promise<Measured> {
  const folder = path.join(servers.home, SOURCE.folder);
  const random = seededRandom(seed);
  const droppedMs = new Map<string, number>();
  const seenMs = new Map<string, number>();
  const client = new pg.Client({ connectionString: servers.stack.connections.databaseUrl! });
  await client.connect();
  let allDropped = false;
  const looking = (async () => {
    let lastDropMs = performance.now();
    while (!allDropped || seenMs.size < count) {
      if (!allDropped) lastDropMs = performance.now();
      if (performance.now() - lastDropMs > PATIENCE_MS) return;
      const waiting = [...droppedMs.keys()].filter((job) => !seenMs.has(job));
      for (const job of await jobsSeen(client, waiting)) seenMs.set(job, performance.now());
      await pause(LOOK_EVERY_MS);
    }
  })();
  for (let index = 0; index < count; index++) {
    // At moments that have nothing to do with any clock of the collection.
    await pause(-Math.log(1 - random.uniform()) * MEAN_INTERVAL_MS);
    const job = `visible_${index}`;
    const content = `job_id,run_id,started_at,duration_s,status\n${job},1,2025-06-01T00:00:00Z,60,success\n`;
    await drop(folder, `${job}.csv`, content);
    droppedMs.set(job, performance.now());
  }
  allDropped = true;
  await looking;
  await client.end();
  const waits = [...seenMs].map(([job, ms]) => (ms - droppedMs.get(job)!) / 1000);
  say(`${waits.length} of ${count} files seen`);
  return { figures: figuresOf(waits, count), details: { files: count, waits: waits.map(rounded) } };
}

async function jobsSeen(client: pg.Client, jobs: readonly string[]): Promise<string[]> {
  if (jobs.length === 0) return [];
  const { rows } = await client.query<{ job: string }>(
    `select job from unnest($1::text[]) as job
     where exists (select from run where job_id = job_id_of('default', job))`,
    [jobs],
  );
  return rows.map(({ job }) => job);
}

function figuresOf(waits: readonly number[], count: number): Figure[] {
  const at = (share: number) => (waits.length < count ? null : quantile(waits, share));
  return [
    figure('visible_p50_s', at(0.5), 's', 'lower'),
    figure('visible_p95_s', at(0.95), 's', 'lower'),
    figure('visible_max_s', at(1), 's', 'lower'),
    figure('visible_never', count - waits.length, 'files', 'lower'),
  ];
}
