import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { markDemoHome } from '../cli/demo-home.ts';
import { runWorkflow } from '../cli/run-workflow.ts';
import { simulateEstate } from '../cli/simulate/simulate.ts';
import { createObjectStore } from '../services/object-store.ts';
import type { PartName } from '../stack/part.ts';
import { type RunningStack, startStack } from '../stack/stack.ts';
import { smartEtl } from './command-line.ts';

/**
 * The main job on real servers, undisturbed and under kills: whatever is killed, the tables are the same at the end.
 */
const ESTATE = { jobs: 24, hosts: 3, days: 70, seed: 3 };

/** What a table says, without clocks, costs and numbers given by the order of events. */
const TABLES: Record<string, string> = {
  file: `select sha256, source, name, state, rows_in, rows_in - rows_loaded - rows_duplicate - rows_quarantined from file`,
  job: `select * from job`,
  run: `select to_jsonb(run) - 'file_id', file.sha256 from run join file on file.id = file_id`,
  quarantine: `select file_sha256, byte_offset, row_number, code, detail, original from quarantine`,
  metric_sample: `select host, metric, ts, value, file.sha256 from metric_sample join file on file.id = file_id`,
  // Whether its message has left already is a matter of moments.
  incident: `select state = 'resolved', severity, causes from incident`,
  finding: `select key, kind, role, job_id, run_key, since, ended_at is null, ended_by_run_key, evidence from finding`,
  // Ports, and with them links and their signatures, differ from estate to estate.
  notification: `select kind, subject, regexp_replace(body, 'http://127.0.0.1\\S+', '', 'g'), state from notification`,
  model_version: `select model, version, kind, artifact_sha256, manifest_sha256, snapshot_sha256 from model_version`,
  evaluation: `select * from evaluation`,
  gate_verdict: `select model, challenger_version, champion_version, verdict, checks from gate_verdict`,
  model_alias: `select model, alias, version from model_alias`,
  model_alias_change: `select model, alias, from_version, to_version from model_alias_change`,
  forecast: `select * from forecast`,
  forecast_week: `select * from forecast_week`,
};

interface Estate {
  home: string;
  stack: RunningStack;
  temporal: Client;
  /** Kills a part outright; the supervisor starts it again. */
  kill(name: PartName): void;
  /** Resolves once the database has announced a change of that topic. */
  announced(topic: string): Promise<void>;
  /** Resolves once an activity of that type is being worked on. */
  working(workflowId: string, activityType: string): Promise<void>;
}

/** Writes the simulated estate; its files were finished a minute ago. */
async function dropEstate(out: string): Promise<void> {
  const { runsFolder, metricsFolder } = await simulateEstate({ out, ...ESTATE });
  const finishedAt = Date.now() / 1000 - 60;
  for (const folder of [runsFolder, metricsFolder]) {
    for (const file of readdirSync(folder)) utimesSync(path.join(folder, file), finishedAt, finishedAt);
  }
}

async function withEstate<T>(work: (estate: Estate) => Promise<T>): Promise<T> {
  const home = mkdtempSync(path.join(tmpdir(), 'smart-etl-pipeline-'));
  markDemoHome(home, { name: 'simulated', files: [] });
  const stack = await startStack({ home, ports: 'free', keepTrying: true, restartPauseMs: () => 500 });
  const connection = await Connection.connect({ address: stack.connections.temporalAddress! });
  const temporal = new Client({ connection });
  // The schedules would collect and look at moments of their own; one that has begun finds nothing yet.
  for (const id of ['collect-runs', 'collect-metrics', 'detect']) {
    await temporal.schedule.getHandle(id).pause();
  }
  for await (const { workflowId } of temporal.workflow.list({ query: 'ExecutionStatus = "Running"' })) {
    await temporal.workflow.getHandle(workflowId).result();
  }
  await dropEstate(path.join(home, 'drop'));
  const listener = new pg.Client({ connectionString: stack.connections.databaseUrl! });
  listener.on('error', () => {});
  await listener.connect();
  await listener.query('listen changes');
  try {
    return await work({
      home,
      stack,
      temporal,
      kill(name) {
        const part = stack.status().find((status) => status.name === name)!;
        process.kill(part.process!.pid, 'SIGKILL');
      },
      announced: (topic) =>
        new Promise((resolve) => {
          const onNotification = ({ payload }: pg.Notification) => {
            if (payload !== topic) return;
            listener.off('notification', onNotification);
            resolve();
          };
          listener.on('notification', onNotification);
        }),
      async working(workflowId, activityType) {
        await expect
          .poll(
            async () => {
              const { raw } = await temporal.workflow.getHandle(workflowId).describe();
              return raw.pendingActivities?.some(
                (activity) => activity.activityType?.name === activityType && activity.state === 2,
              );
            },
            { timeout: 60_000, interval: 20 },
          )
          .toBe(true);
      },
    });
  } finally {
    await listener.end().catch(() => {});
    await connection.close();
    await stack.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

const LAST_ARRIVAL = '2026-03-01T00:00:00.000Z';

/** The steps of the main job, each a workflow with its business key. */
const steps = (temporal: Client) => ({
  collect: (source: string) => runWorkflow(temporal, 'collect', `collect/${source}`, { source }, 'Collect'),
  retrain: () => runWorkflow(temporal, 'retrain', 'retrain/test', { asOf: LAST_ARRIVAL }, 'Retrain'),
  forecast: () => runWorkflow(temporal, 'forecastWeek', 'forecast/test', { asOf: LAST_ARRIVAL }, 'Forecast'),
});

async function tablesOf({ stack }: Estate): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: stack.connections.databaseUrl! });
  await client.connect();
  try {
    const digests: Record<string, string> = {};
    for (const [table, sql] of Object.entries(TABLES)) {
      const { rows } = await client.query<{ row: string }>(
        `select t::text as row from (${sql}) t order by 1`,
      );
      const text = rows.map(({ row }) => row).join('\n');
      digests[table] = `${rows.length} rows ${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
    }
    return digests;
  } finally {
    await client.end();
  }
}

describe('the main job', () => {
  it('ends with the same tables whatever is killed meanwhile', { timeout: 900_000 }, async () => {
    const calm = withEstate(async (estate) => {
      const { collect, retrain, forecast } = steps(estate.temporal);
      const { ingest } = await collect('runs');
      expect(ingest).toMatchObject({ refused: 0 });
      expect(ingest!.rowsIn).toBe(ingest!.rowsLoaded + ingest!.rowsDuplicate + ingest!.rowsQuarantined);
      await collect('metrics');
      await retrain();
      const made = await forecast();
      await expectHonestResults(estate, ingest!.rowsLoaded, made.candidates);

      const once = await tablesOf(estate);
      await Promise.all([collect('runs'), collect('metrics')]);
      await retrain();
      expect(await forecast()).toEqual({ ...made, made: false });
      expect(await tablesOf(estate), 'the main job done twice').toEqual(once);
      await expectBadFilesRefused(estate);
      return tablesOf(estate);
    });

    // Beside it: half of its time it waits until somebody is missed.
    const stormy = withEstate(async (estate) => {
      const { kill } = estate;
      const { collect, retrain, forecast } = steps(estate.temporal);
      const firstFile = estate.announced('runs');
      const collecting = collect('runs');
      await firstFile;
      kill('worker');
      kill('postgres');
      await collecting;
      kill('object-store');
      await collect('metrics');

      const retraining = retrain();
      await estate.working('retrain/test', 'trainContestant');
      kill('worker');
      kill('object-store');
      await retraining;

      const forecasting = forecast();
      await estate.working('forecast/test', 'makeForecast');
      kill('worker');
      kill('temporal');
      await forecasting;
      await collect('runs');
      await expectBadFilesRefused(estate);
      return tablesOf(estate);
    });
    // Both stop their servers, also where one of them fails.
    await Promise.allSettled([calm, stormy]);
    expect(await stormy).toEqual(await calm);
  });
});

/** One clear line, the right exit code, nothing half-loaded: the tables are compared afterwards. */
async function expectBadFilesRefused({ home }: Estate): Promise<void> {
  const ingest = async (...files: [name: string, content: string | Uint8Array][]) => {
    const paths = files.map(([name, content]) => {
      const file = path.join(home, name);
      writeFileSync(file, content);
      return file;
    });
    const { status, stdout } = await smartEtl(['ingest', ...paths], { SMART_ETL_HOME: home });
    return { status, lines: stdout.trimEnd().split('\n') };
  };
  const empty = await ingest(['empty.csv', '']);
  expect(empty).toEqual({
    status: 1,
    lines: [expect.stringMatching(/^empty\.csv: refused: .+ \(empty-file\)$/)],
  });
  const picture = await ingest(['picture.csv', Buffer.from('89504e470d0a1a0a0000000d49484452000000', 'hex')]);
  expect(picture).toEqual({
    status: 1,
    lines: [expect.stringMatching(/^picture\.csv: refused: .+ \(not-csv\)$/)],
  });
  const row = 'one_more,ann,1,2025-12-24T05:00:00Z,60,success';
  const mixed = await ingest(
    ['good.csv', `job_id,owner,run_id,started_at,duration_s,status\n${row}\n`],
    ['no.csv', '{"a": 1}'],
  );
  expect(mixed.status).toBe(7);
  expect(mixed.lines).toContain('good.csv: 1 rows = 1 loaded + 0 duplicate + 0 quarantined');
}

/** Seven rows a candidate, a champion whose bytes hash to its key, every workflow completed, every message sent. */
async function expectHonestResults({ stack, temporal }: Estate, rowsLoaded: number, candidates: number) {
  const client = new pg.Client({ connectionString: stack.connections.databaseUrl! });
  await client.connect();
  const scalar = async (sql: string) =>
    Object.values((await client.query(sql)).rows[0] as object)[0] as unknown;
  try {
    expect(await scalar(`select count(*)::int from run`)).toBe(rowsLoaded);
    expect(candidates).toBeGreaterThan(10);
    expect(await scalar(`select count(*)::int from forecast`)).toBe(7 * candidates);
    expect(await scalar(`select count(*)::int from forecast_week`)).toBe(candidates);
    expect(await scalar(`select count(*)::int from notification where state <> 'sent'`)).toBe(0);
    expect(await scalar(`select count(*)::int from notification where kind = 'forecast-ready'`)).toBe(1);
    const key = (await scalar(
      `select artifact_sha256 from model_version join model_alias using (model, version) where alias = 'champion'`,
    )) as string;
    // get() itself compares the bytes with the key.
    const store = createObjectStore({ ...stack.connections, objectStoreRegion: 'us-east-1' } as never);
    expect((await store.get('models', key)).length).toBeGreaterThan(0);
    // Those of the main job have been waited for; incidents live on, and schedules begin what they begin.
    for await (const { workflowId, status } of temporal.workflow.list()) {
      expect([workflowId, status.name]).toEqual([
        workflowId,
        expect.stringMatching(/^(COMPLETED|RUNNING|CONTINUED_AS_NEW)$/),
      ]);
    }
  } finally {
    await client.end();
  }
}
