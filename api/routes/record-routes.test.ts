import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { saveCalibration } from '../../db/forecast/calibration.ts';
import { settleOutcomes } from '../../db/forecast/forecast-outcomes.ts';
import { insertRun } from '../../tests/browser/example-rows.ts';
import { EXAMPLE_MS, type ExampleApi, startExampleApi } from '../../tests/example-api.ts';
import { type IncidentRecord, incidentRecordSchema } from '../contract/incident-record.ts';
import type { Incidents } from '../contract/incidents.ts';
import {
  type ForecastScores,
  type ModelCalibration,
  type ModelChanges,
  modelCalibrationSchema,
  modelChangesSchema,
} from '../contract/model-record.ts';
import type { SourceStates } from '../contract/source-state.ts';

const DAY_MS = 86_400_000;

let api: ExampleApi;
beforeAll(async () => {
  api = await startExampleApi();
});
afterAll(() => api?.close());

const read = async <Answer>(path: string): Promise<Answer> => {
  const response = await fetch(api.url + path);
  expect(response.status, path).toBe(200);
  return (await response.json()) as Answer;
};
const idOf = async (name: string): Promise<number> =>
  (await read<Incidents>(`/v1/incidents?q=${name}`)).items[0]!.id;

describe('the record of an incident', () => {
  test('has messages, acts, answers and the jobs that wait for it, however far', async () => {
    const id = await idOf('orders_import');
    const [first, , , fourth, fifth] = api.jobIds;
    await api.database.pool.query(
      `insert into job_follows (job_id, upstream_id, learned_at)
       values ($2, $1, now()), ($3, $2, now()), ($1, $3, now())`,
      [first, fourth, fifth],
    );
    await saveAuditEntry(api.database.pool, {
      ...{ who: 'Ann', action: 'incident-acknowledge', subject: `incident ${id}`, why: 'mine' },
      ...{ before: null, after: {}, workflowId: `incident/${id}` },
    });
    await saveAuditEntry(api.database.pool, {
      ...{ who: 'Ann', action: 'incident-acknowledge', subject: `incident ${id}0`, why: 'another' },
      ...{ before: null, after: {}, workflowId: null },
    });
    await api.database.pool.query(`select give_feedback($1, 'page', 'Ann', true)`, [id]);
    const record = incidentRecordSchema.parse(await read<IncidentRecord>(`/v1/incidents/${id}/record`));
    expect(record.workflowId).toBe(`incident/${id}`);
    expect(record.messages).toMatchObject([{ event: 'opened', channel: 'mail', state: 'sent' }]);
    expect(record.acts).toMatchObject([{ who: 'Ann', why: 'mine' }]);
    expect([record.useful, record.notUseful]).toEqual([1, 0]);
    // They follow in a circle; the job itself is not among those that wait for it.
    expect(record.threatened.map(({ jobId }) => jobId).sort()).toEqual([fourth, fifth].sort());
    expect(record.threatenedTotal).toBe(2);
  });

  test('is not there for a number without incident', async () => {
    for (const id of ['987654', 'x', '-1']) {
      expect((await fetch(`${api.url}/v1/incidents/${id}/record`)).status).toBe(404);
    }
  });
});

describe('incidents can be narrowed down', () => {
  const names = async (query: string) =>
    (await read<Incidents>(`/v1/incidents?${query}`)).items.map(({ findings }) => findings[0]!.name);

  test.each([
    ['owner=camille', ['orders_import']],
    ['host=ETL-01', ['orders_import']],
    ['q=ORDERS_confirm', ['orders_confirm']],
    ['q=csv%20parse', ['orders_confirm', 'truck_eta', 'supplier_catalogue']],
    ['kind=crash&state=open', ['orders_import', 'orders_confirm', 'stock_snapshot']],
    ['kind=slow', []],
    ['q=%25', []],
    ['owner=camille&host=etl-02', []],
  ])('%s', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test('a kind that is none is refused', async () => {
    expect((await fetch(`${api.url}/v1/incidents?kind=nonsense`)).status).toBe(400);
  });
});

test('who moved which alias, and where a rollback leads', async () => {
  const changes = modelChangesSchema.parse(await read<ModelChanges>('/v1/models/job-failure/changes'));
  expect(changes.rollbackTo).toBe(1);
  expect(changes.items.map(({ fromVersion, toVersion }) => [fromVersion, toVersion])).toEqual([
    [1, 2],
    [null, 1],
  ]);
  expect(await read('/v1/models/unknown/changes')).toEqual({
    ...{ items: [], rollbackTo: null, trials: [], approvals: [] },
  });
});

test('what a version said in its test, with intervals; empty where nothing was kept', async () => {
  await saveCalibration(api.database.pool, { model: 'job-failure', version: 1, head: 'week' }, [
    { from: 0.2, rows: 20, forecast: 0.24, failed: 0.25 },
  ]);
  const address = '/v1/models/job-failure/1/calibration';
  const { week, day } = modelCalibrationSchema.parse(await read<ModelCalibration>(address));
  expect(week).toMatchObject([{ from: 0.2, rows: 20, forecast: 0.24, failed: 0.25 }]);
  expect(week[0]!.low).toBeCloseTo(0.1118617, 6);
  expect(day).toEqual([]);
  expect(await read('/v1/models/job-failure/9/calibration')).toEqual({ week: [], day: [] });
});

test('sources tell what waits for a decision', async () => {
  const { items } = await read<SourceStates>('/v1/sources');
  expect(
    items.map(({ source, refused, waiting, quarantinedRows, contract }) => ({
      ...{ source, refused, waiting, quarantinedRows, contract },
    })),
  ).toEqual([
    { source: 'metrics', refused: 0, waiting: 0, quarantinedRows: 0, contract: null },
    { source: 'runs', refused: 1, waiting: 1, quarantinedRows: 36, contract: null },
  ]);
  expect(items[1]!.pausedAt).not.toBeNull();
});

test('a forecast is scored once its week is over', async () => {
  expect(await read<ForecastScores>('/v1/forecast-scores')).toMatchObject({
    items: [],
    calibrationError: null,
  });
  // A run a week later makes it the past; a failure of the 20th job in the week is one of those forecast.
  await insertRun(api.database.pool, {
    ...{ jobId: api.jobIds[19]!, runKey: 'later', status: 'succeeded', durationMs: 1_000 },
    startedAtMs: EXAMPLE_MS + 8 * DAY_MS,
  });
  await insertRun(api.database.pool, {
    ...{ jobId: api.jobIds[19]!, runKey: 'in the week', status: 'failed', durationMs: 1_000 },
    startedAtMs: EXAMPLE_MS + DAY_MS,
  });
  await api.database.pool.query(
    `update file set last_known_at = $1 where sha256 in (
    select sha256 from file order by last_known_at desc nulls last limit 1)`,
    [new Date(EXAMPLE_MS + 8 * DAY_MS)],
  );
  await settleOutcomes(api.database.pool, new Date(EXAMPLE_MS + 8 * DAY_MS));
  const { items, calibration, calibrationError } = await read<ForecastScores>('/v1/forecast-scores');
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ modelVersion: 2, jobs: 26, checked: 10 });
  // The job, and what failed between the cutoff and now.
  expect(items[0]!.failed).toBeGreaterThan(1);
  expect(calibration.reduce((sum, { rows }) => sum + rows, 0)).toBe(26);
  expect(calibrationError).toBeGreaterThan(0);
});
