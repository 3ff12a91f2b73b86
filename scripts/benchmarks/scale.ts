/**
 * Workers beside each other on the services of docker-compose.yml, a Temporal server on PostgreSQL among them: how much
 * faster files load with more of them, what is lost with one of them, and a release that replaces another meanwhile.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { connectTemporal } from '../../services/temporal-link.ts';
import { readWorkerBuilds, type WorkerBuild } from '../../services/worker-deployments.ts';
import { startMailSink } from '../../stack/mail-sink.ts';
import { freePort } from '../../stack/ports.ts';
import { removeHome } from '../../stack/postgres-account.ts';
import { type RunningServices, runServices } from '../compose/run-services.ts';
import { type ChaosFile, type ChaosTruth, chaosFiles } from './chaos-files.ts';
import { failedWorkflows, readRuns } from './chaos-verdict.ts';
import { compareLedgers, type LedgerDifference } from './compare-ledgers.ts';
import { type BenchResult, type Figure, figure } from './document.ts';
import { ask, collect, drop, pauseSchedules, until } from './pipeline.ts';
import { say } from './progress.ts';
import { rounded } from './statistics.ts';

export interface ScaleOptions {
  /** Of each stage. */
  files: number;
  seed: number;
}

const WORKERS = [1, 2, 4] as const;
const SOURCES = 8;
const FINISHED_MS_AGO = 60_000;
const LIMIT_MS = 900_000;
const LOOK_EVERY_MS = 100;
/** Until a source is asked again. */
const PAUSE_MS = 200;
const NEXT_RELEASE = '999.0.0';
/** Temporal looks only every few minutes whether a build still has workflows. */
const DRAIN_LIMIT_MS = 600_000;

const sourceName = (index: number): string => `runs-${index + 1}`;
const sources = Array.from({ length: SOURCES }, (_, index) => sourceName(index));

interface Stage {
  services: RunningServices;
  temporal: Client;
  url: string;
  files: readonly ChaosFile[];
  truth: ChaosTruth;
}

interface Loaded {
  /** From the first collection until every file was loaded. */
  seconds: number;
  filesPerSecond: number;
  runs: LedgerDifference;
  workflowsFailed: number;
}

/** The figures of every stage; each has servers of its own. */
export async function scale(options: ScaleOptions): Promise<BenchResult> {
  const figures: Figure[] = [];
  const details: Record<string, unknown> = {};
  let alone: number | null = null;
  const differences: LedgerDifference[] = [];
  let failed = 0;
  const took = (loaded: Loaded) => {
    differences.push(loaded.runs);
    failed += loaded.workflowsFailed;
    return loaded;
  };
  for (const workers of WORKERS) {
    const loaded = took(await withStage(options, { workers }, (stage) => load(stage)));
    say(`${workers} workers: ${rounded(loaded.filesPerSecond)} files a second`);
    alone ??= loaded.filesPerSecond;
    figures.push(figure(`files_per_s_${workers}`, loaded.filesPerSecond, 'files/s', 'higher'));
    if (workers > 1)
      figures.push(figure(`speedup_${workers}`, loaded.filesPerSecond / alone, 'ratio', 'higher'));
    details[`workers_${workers}`] = loaded;
  }
  const lost = took(
    await withStage(options, { workers: 2 }, (stage) =>
      load(stage, () => stage.services.processes.get('worker-2')!.kill()),
    ),
  );
  say(`one of two lost: everything loaded after ${lost.seconds} s`);
  const rolled = await withStage(options, { workers: 1, versioning: 'build' }, rollOver);
  took(rolled.loaded);
  say(`rolled over: ${rolled.builds.map(({ state }) => state).join(', ')}`);
  const sum = (of: (difference: LedgerDifference) => number) =>
    differences.reduce((total, difference) => total + of(difference), 0);
  figures.push(
    figure('lost_worker_s', lost.seconds, 's', 'lower'),
    figure(
      'rows_lost',
      sum(({ lost: rows }) => rows),
      'rows',
      'lower',
    ),
    figure(
      'rows_doubled',
      sum(({ doubled }) => doubled),
      'rows',
      'lower',
    ),
    figure('workflows_failed', failed, 'workflows', 'lower'),
    figure('rolled_over', Number(rolled.hasRolledOver), 'boolean', 'higher'),
  );
  return { figures, details: { ...details, lost, rolled } };
}

async function withStage<T>(
  { files: count, seed }: ScaleOptions,
  { workers, versioning = 'off' }: { workers: number; versioning?: 'off' | 'build' },
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const { files, truth } = chaosFiles({ files: count, sources: SOURCES, seed });
  const folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-scale-'));
  const mailHome = mkdtempSync(path.join(tmpdir(), 'smart-etl-scale-mail-'));
  const mailSink = await startMailSink({ home: mailHome, port: await freePort() });
  const services = await runServices({
    folder,
    variables: { SMTP_URL: mailSink.url },
    scale: { worker: workers },
    override: {
      SMART_ETL_TIME: 'data',
      SMART_ETL_WORKER_VERSIONING: versioning,
      SMART_ETL_SOURCES: JSON.stringify(
        sources.map((name) => ({ name, kind: 'runs', folder: `/drop/${name}` })),
      ),
    },
  });
  try {
    const { connection, client: temporal } = await connectTemporal(services.temporalLink);
    try {
      await pauseSchedules(temporal, sources);
      for (const { source, name, content } of files) {
        const target = path.join(services.place.pathOf('worker', '/drop'), sourceName(source));
        await drop(target, name, content, FINISHED_MS_AGO);
      }
      return await work({ services, temporal, url: services.urlOf('database_url_writer'), files, truth });
    } finally {
      await connection.close();
    }
  } finally {
    await services.stop();
    await mailSink.stop();
    removeHome(services.place.dataOf('postgres'));
    for (const made of [folder, mailHome]) rmSync(made, { recursive: true, force: true });
  }
}

const loadedFiles = async ({ url }: Stage): Promise<number> =>
  (await ask<{ files: number }>(url, `select count(*)::int as files from file where state = 'loaded'`))[0]!
    .files;

/**
 * Collects every source over and over until all files are loaded.
 *
 * @param disturb once a quarter is
 */
async function load(stage: Stage, disturb?: () => Promise<unknown>): Promise<Loaded> {
  const { files, temporal, truth, url } = stage;
  let isDone = false;
  const startedAt = performance.now();
  const collecting = sources.map(async (source) => {
    while (!isDone) {
      await collect(temporal, source);
      await until(async () => isDone, { limitMs: PAUSE_MS, everyMs: PAUSE_MS });
    }
  });
  const waitFor = (count: number) =>
    until(async () => (await loadedFiles(stage)) >= count, { limitMs: LIMIT_MS, everyMs: LOOK_EVERY_MS });
  if (disturb) {
    await waitFor(Math.ceil(files.length / 4));
    await disturb();
  }
  const isLoaded = await waitFor(files.length);
  const seconds = (performance.now() - startedAt) / 1_000;
  isDone = true;
  await Promise.all(collecting);
  if (!isLoaded) throw new Error(`${await loadedFiles(stage)} of ${files.length} files were loaded in time`);
  return {
    seconds: rounded(seconds),
    filesPerSecond: files.length / seconds,
    runs: compareLedgers(truth.runs, await readRuns(url)),
    workflowsFailed: await failedWorkflows(temporal),
  };
}

/** A worker of the next release comes while files load; the old one stops once it is drained. */
async function rollOver(
  stage: Stage,
): Promise<{ loaded: Loaded; builds: WorkerBuild[]; hasRolledOver: boolean }> {
  const { services, temporal } = stage;
  const buildOf = async (isWanted: (build: WorkerBuild) => boolean) =>
    until(async () => (await readWorkerBuilds(temporal)).some(isWanted), {
      limitMs: DRAIN_LIMIT_MS,
      everyMs: 250,
    });
  await buildOf(({ state }) => state === 'current');
  let drained: Promise<unknown> = Promise.resolve();
  const loaded = await load(stage, async () => {
    await services.add('worker', 'worker-next', services.place.release(NEXT_RELEASE));
    drained = buildOf(({ state, pinnedWorkflows }) => state === 'drained' && pinnedWorkflows === 0).then(() =>
      services.processes.get('worker')!.stop(),
    );
  });
  await drained;
  const builds = await readWorkerBuilds(temporal);
  const hasRolledOver =
    builds.some(({ buildId, state }) => state === 'current' && buildId.startsWith(NEXT_RELEASE)) &&
    builds.some(({ buildId, state }) => state === 'drained' && !buildId.startsWith(NEXT_RELEASE));
  return { loaded, builds, hasRolledOver };
}
