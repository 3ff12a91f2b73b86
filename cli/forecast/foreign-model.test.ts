import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import { createLoadFile } from '../../activities/load/load-file.ts';
import { findModelVersion } from '../../db/forecast/model-versions.ts';
import { madeUpEstate } from '../../models/features/made-up-jobs.ts';
import { decodeArtifact } from '../../models/forecast/artifact.ts';
import {
  decodeSnapshot,
  prepareTraining,
  type Snapshot,
  trainContestant,
} from '../../models/forecast/index.ts';
import { trainingMatrix } from '../../models/forecast/training-matrix.ts';
import { decodeOnnx } from '../../models/onnx/decode-onnx.ts';
import { encodeOnnx } from '../../models/onnx/encode-onnx.ts';
import { BUCKETS, sha256Of } from '../../services/object-store.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { smartEtlOn } from '../../tests/command-line.ts';
import { foreignOnnx } from '../../tests/foreign-onnx.ts';
import { openWorkflowStage, type WorkflowStage } from '../../tests/workflow-stage.ts';
import { FAILURE_MODEL, TASK_QUEUES, workflowIds } from '../../workflows/names.ts';

/** One on which boosting passes the gate. */
const estate = madeUpEstate({ jobs: 40, days: 130, seed: 4 });
const AS_OF = new Date(estate.cutoff).toISOString();

let stage: ActivityStage;
let temporal: WorkflowStage;
let snapshot: Snapshot;
/** Trained on what is loaded, up to the test windows. */
let good: ReturnType<typeof foreignOnnx>;

beforeAll(async () => {
  [stage, temporal] = await Promise.all([openActivityStage(), openWorkflowStage()]);
  await stage.run(createLoadFile(stage.dependencies), { sha256: await stage.storeFile(runLog()) });
  const { freezeSnapshot } = createActivities(stage.dependencies);
  const frozen = await stage.run(freezeSnapshot, { asOf: AS_OF });
  snapshot = decodeSnapshot(await stage.dependencies.objectStore.get(BUCKETS.training, frozen.snapshot));
  good = foreignOnnx(trainContestant(snapshot, { kind: 'boosting', seed: 4, testOnly: true }).artifact);
}, 120_000);
afterAll(() => Promise.all([stage.close(), temporal.close()]));

const STATUS = ['running', 'success', 'failed', 'cancelled'];

function runLog(): string {
  const lines = ['job_id,owner,run_id,started_at,ended_at,host,status,known_at,rows_written,expected_rows'];
  const iso = (instant: number) => new Date(Math.round(instant / 1_000) * 1_000).toISOString();
  for (const { job, owner, host, startedAt, durationMs, status, rowsWritten } of estate.histories) {
    startedAt.forEach((start, i) => {
      const end = iso(start + durationMs[i]!);
      lines.push(
        `${job},${owner},${i},${iso(start)},${end},${host},${STATUS[status[i]!]},${end},${rowsWritten[i]},1000`,
      );
    });
  }
  return lines.join('\n');
}

const smartEtl = (...args: string[]) =>
  smartEtlOn(stage, ['model', ...args], {
    SMART_ETL_TIME: 'data',
    SMART_ETL_TEMPORAL_ADDRESS: temporal.address,
  });

function folderOf(name: string, files: { week: Uint8Array; day: Uint8Array }): string {
  const folder = path.join(stage.folder, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'theirs-week.onnx'), files.week);
  writeFileSync(path.join(folder, 'theirs-day.onnx'), files.day);
  return folder;
}

/** Without mail: no server takes any here, and trying takes its time. */
const withWorkers = <T>(work: () => Promise<T>): Promise<T> => {
  const noMail = { listPendingNotifications: async () => ({ ids: [] }) };
  return temporal.withActivities({ ...createActivities(stage.dependencies), ...noMail }, work);
};
const bringing = (folder: string, ...more: string[]) =>
  withWorkers(() => smartEtl('import', folder, '--who', 'ann', '--as-of', AS_OF, ...more));
const rowsOf = async (sql: string) => (await stage.database.pool.query(sql)).rows;

describe('smart-etl model matrix', () => {
  it('writes what our learners are taught with, the same bytes again, and nothing of the test', async () => {
    const [first, again] = ['matrix', 'matrix-again'].map((name) => path.join(stage.folder, name));
    const { status, stdout } = await smartEtl('matrix', first!, '--as-of', AS_OF, '--json');
    expect(status).toBe(0);
    await smartEtl('matrix', again!, '--as-of', AS_OF);
    for (const file of ['week.csv', 'day.csv', 'about.json']) {
      expect(readFileSync(path.join(first!, file))).toEqual(readFileSync(path.join(again!, file)));
    }
    expect(readdirSync(first!).sort()).toEqual(['about.json', 'day.csv', 'week.csv']);
    const about = JSON.parse(stdout);
    const prepared = prepareTraining(snapshot);
    expect(about.trained_at.all).toBe(new Date(prepared.split.firstTest!).toISOString());
    expect(about.trained_at.early).toBe(new Date(prepared.split.later[0]!).toISOString());
    const taught = trainingMatrix(prepared);
    for (const head of ['week', 'day'] as const) {
      const { matrix, labels, part } = taught[head];
      const [header, ...lines] = readFileSync(path.join(first!, `${head}.csv`), 'utf8')
        .trimEnd()
        .split('\n');
      expect(header!.split(',').slice(6)).toEqual(matrix.names);
      expect(about[head].features.map(({ name }: { name: string }) => name)).toEqual(matrix.names);
      expect(lines.length).toBe(matrix.rows);
      const wrong = lines.filter((line, r) => {
        const [job, cutoff, horizon, told, label, , ...features] = line.split(',');
        const values = features.map((field) => (field === '' ? Number.NaN : Number(field)));
        return !(
          Date.parse(cutoff!) + 7 * 86_400_000 <= prepared.split.firstTest! &&
          job === prepared.histories[matrix.jobIndex[r]!]!.job &&
          Number(horizon) === matrix.horizon[r] &&
          told === part[r] &&
          Number(label) === labels[r] &&
          values.every((value, f) => Object.is(value + 0, matrix.columns[f]![r]! + 0))
        );
      });
      expect(wrong).toEqual([]);
      expect(new Set(part)).toEqual(new Set(['early', 'gap', 'later']));
    }
  });

  it('says so when there is too little history', async () => {
    const early = await smartEtl(
      'matrix',
      path.join(stage.folder, 'none'),
      '--as-of',
      '2026-01-12T00:00:00Z',
    );
    expect([early.status, early.stderr]).toEqual([1, expect.stringContaining('too little history')]);
  });
});

describe('smart-etl model import', () => {
  it('lets a good model compete: tested, judged, promoted, with its origin, once however often it is brought', async () => {
    const folder = folderOf('good', good);
    const { status, stdout, stderr } = await bringing(folder, '--name', 'from the lab', '--json');
    expect(status, stderr).toBe(0);
    const outcome = JSON.parse(stdout);
    expect(outcome).toMatchObject({ kind: 'boosting', verdict: 'promote', promotedVersion: outcome.version });
    const again = await bringing(folder, '--name', 'another name', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ version: outcome.version, verdict: 'keep' });

    const { objectStore } = stage.dependencies;
    const [week, day] = [sha256Of(good.week), sha256Of(good.day)];
    expect(new Uint8Array(await objectStore.get(BUCKETS.models, week))).toEqual(good.week);
    const found = (await findModelVersion(stage.database.pool, FAILURE_MODEL, outcome.version))!;
    const trainedAt = new Date(prepareTraining(snapshot).split.firstTest!).toISOString();
    expect(found.parameters).toMatchObject({
      origin: { week, day, name: 'from the lab', who: 'ann', trainedAt },
    });
    const manifest = JSON.parse((await objectStore.get(BUCKETS.models, found.manifestSha256)).toString());
    expect(manifest.origin).toEqual({ week, day, trainedAt });
    const artifact = decodeArtifact(await objectStore.get(BUCKETS.models, found.artifactSha256));
    expect(artifact.week.model.settings).toEqual({ imported: 1 });
    expect(
      await rowsOf(
        `select who, action, why from audit_log where subject = '${FAILURE_MODEL}/${outcome.version}'`,
      ),
    ).toEqual([
      { who: 'ann', action: 'model.challenger', why: 'trained elsewhere: "from the lab"' },
      { who: 'gate', action: 'model.champion', why: expect.stringContaining('promote') },
    ]);

    const list = await smartEtl('list');
    expect(list.stdout).toMatch(
      /boosting .* promote +challenger, champion\n +imported: "from the lab" by ann\n/,
    );
    const card = await smartEtl('card');
    expect(card.stdout).toContain('origin      trained elsewhere: "from the lab", brought by ann');
    expect(card.stdout).toContain(week);
    expect(card.stdout).toContain('gate        promote against no champion');
    for (const line of card.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(JSON.parse((await smartEtl('card', String(outcome.version), '--json')).stdout)).toMatchObject({
      origin: { who: 'ann' },
    });
  });

  it('then it serves, with reasons, and goes out as ONNX', async () => {
    await withWorkers(() =>
      temporal.client.workflow.execute('forecastWeek', {
        workflowId: workflowIds.forecastWeek('served'),
        taskQueue: TASK_QUEUES.control,
        args: [{ asOf: AS_OF }],
      }),
    );
    const served = await rowsOf(
      `select count(*)::int as jobs, sum(jsonb_array_length(reasons))::int as reasons from forecast_week where basis = 'model'`,
    );
    expect(served[0]).toMatchObject({ jobs: 40 });
    expect((served[0] as { reasons: number }).reasons).toBeGreaterThan(80);
    const out = path.join(stage.folder, 'out');
    expect(await smartEtl('export', '--onnx', out)).toMatchObject({ status: 0 });
    const [file] = readdirSync(out).filter((name) => name.endsWith('week.onnx'));
    expect(decodeOnnx(readFileSync(path.join(out, file!))).metadata.get('settings')).toBe('{"imported":1}');
  });

  it('the gate keeps one that knows little from serving', async () => {
    const fixture = path.join(import.meta.dirname, '../../tests/fixtures/onnx/lightgbm-classifier.onnx');
    const weak = decodeOnnx(readFileSync(fixture));
    const names = ['failed_28d', 'failure_rate_28d', 'runs_all', 'last_day_failed', 'failure_rate_7d'];
    weak.metadata.set('feature_names', JSON.stringify(names));
    const file = encodeOnnx(weak);
    const folder = folderOf('weak', { week: file, day: file });
    const before = await rowsOf(`select version from model_alias where alias = 'champion'`);
    const { status, stdout } = await bringing(folder, '--trained-at', '2020-01-01T00:00:00Z');
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining('("theirs-week", boosting): keep; the champion stays'),
    ]);
    expect(await rowsOf(`select version from model_alias where alias = 'champion'`)).toEqual(before);
    expect((await smartEtl('list', '--json')).stdout).toContain('"name":"theirs-week"');
  });

  it('refuses for good one that learned from the windows it is tested on', async () => {
    const { status, stderr } = await bringing(path.join(stage.folder, 'good'), '--trained-at', AS_OF);
    const firstTest = new Date(prepareTraining(snapshot).split.firstTest!).toISOString();
    const expected = `trained_at: expected a model that learned from nothing known after ${firstTest}, found ${AS_OF}`;
    expect([status, stderr]).toEqual([1, expect.stringContaining(expected)]);
  });

  it('registers nothing where there is too little to test with', async () => {
    const versions = await rowsOf('select version from model_version');
    const young = await bringing(path.join(stage.folder, 'good'), '--as-of', '2026-01-14T00:00:00Z');
    expect([young.status, young.stdout]).toEqual([
      1,
      expect.stringContaining('could not be tested: training requires'),
    ]);
    expect(await rowsOf('select version from model_version')).toEqual(versions);
  });

  it.each<[string, () => string[], number, string]>([
    [
      'of unknown columns',
      () => {
        const strange = decodeOnnx(good.day);
        const names = JSON.parse(strange.metadata.get('feature_names')!) as string[];
        strange.metadata.set('feature_names', JSON.stringify(['moon_phase', ...names.slice(1)]));
        return [folderOf('strange', { ...good, day: encodeOnnx(strange) })];
      },
      1,
      'day model: ONNX feature_names: expected features of the day',
    ],
    [
      'with features of the day in the week',
      () => [folderOf('exchanged', { week: good.day, day: good.week })],
      1,
      'week model: ONNX feature_names: expected features of the week',
    ],
    [
      'that is no ONNX',
      () => [folderOf('text', { ...good, week: Buffer.from('week,day\n1,2\n') })],
      1,
      'week model: ONNX ',
    ],
    [
      'that does not say up to when it learned',
      () => {
        const silent = decodeOnnx(good.week);
        silent.metadata.delete('trained_at');
        return [folderOf('silent', { week: encodeOnnx(silent), day: encodeOnnx(silent) })];
      },
      2,
      'say with --trained-at',
    ],
    ['that is not there', () => ['nowhere-week.onnx', 'nowhere-day.onnx'], 2, 'found none (ENOENT)'],
    ['folder without files', () => [stage.folder], 2, 'expected one file called …week.onnx, found 0'],
  ])('refuses a file %s before anything is stored or started', async (_, paths, code, message) => {
    const { status, stderr } = await smartEtl('import', ...paths());
    expect([status, stderr]).toEqual([code, expect.stringContaining(message)]);
  });
});
