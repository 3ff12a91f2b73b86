import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertRun } from '../../tests/browser/example-rows.ts';
import { EXAMPLE_MS, type ExampleApi, startExampleApi } from '../../tests/example-api.ts';
import type { Host, HostMetrics, Quarantine, SearchAnswer } from '../contract/estate.ts';
import type { Drift, Forecasts } from '../contract/forecasts.ts';
import type { Incidents } from '../contract/incidents.ts';
import type { JobDetail, Jobs, Slots } from '../contract/jobs.ts';
import type { Durations, RunDetail, Runs, Timeline } from '../contract/runs.ts';
import { problemSchema } from '../contract/system.ts';
import { ROUTES } from './routes.ts';

const HOUR_MS = 3_600_000;
const at = (hours: number): string => new Date(EXAMPLE_MS + hours * HOUR_MS).toISOString();

let api: ExampleApi;
let jobId: number;
let otherId: number;

beforeAll(async () => {
  api = await startExampleApi();
  const { pool } = api.database;
  const { rows } = await pool.query<{ id: number }>(
    `select id from job where name in ('orders_import', 'stock_snapshot') order by name`,
  );
  [jobId, otherId] = rows.map(({ id }) => id) as [number, number];
  await insertRun(pool, {
    ...{
      jobId,
      runKey: 'a/b c%',
      status: 'running',
      startedAtMs: EXAMPLE_MS - 2 * HOUR_MS,
      durationMs: null,
    },
    host: 'etl-09',
  });
  await insertRun(pool, {
    ...{
      jobId,
      runKey: 'a/b c%',
      status: 'failed',
      startedAtMs: EXAMPLE_MS - 2 * HOUR_MS,
      durationMs: 60_000,
    },
    ...{ host: 'etl-09', error: 'Disk FULL on /data' },
  });
  await pool.query(
    `insert into expectation (job_id, due, earliest, deadline, closes, outcome, run_key, ended_at)
     values ($1, $2, $2, $2, $2, 'late', 'a/b c%', $2), ($1, $3, $3, $3, $3, null, null, null),
       ($4, $3, $3, $3, $3, null, null, null)`,
    [jobId, at(-2), at(1), otherId],
  );
  await pool.query('insert into job_follows values ($1, $2, $3)', [otherId, jobId, at(-5)]);
  const usual = {
    ...{ runs: 50, level: Math.log(60_000), hours: null, weekdays: null, monthEnd: 0, holiday: null },
    ...{ follow: 0, above: Math.log(2), below: Math.log(2) },
  };
  await pool.query(
    `insert into job_profile (job_id, learned_at, schedule, baselines) values ($1, $2, $3, $4)
     on conflict (job_id) do update set learned_at = excluded.learned_at, schedule = excluded.schedule,
       baselines = excluded.baselines`,
    [
      jobId,
      at(-1),
      JSON.stringify({
        ...{ rhythm: { kind: 'elapsed', everyMs: 4 * HOUR_MS, anchorMs: 0 } },
        ...{ runs: 15, explained: 1, filled: 0.9, sinceMs: 0, isZoneProven: false, tolerance: {} },
      }),
      JSON.stringify({
        ...{ asOfMs: EXAMPLE_MS - HOUR_MS, calendar: 'FR', timeZone: 'UTC' },
        editions: [
          {
            ...{ cutMs: EXAMPLE_MS - HOUR_MS, runs: 50, duration: usual, rows: null, longestMs: 90_000 },
            failed: { runs: 50, times: 5 },
          },
        ],
      }),
    ],
  );
  await pool.query(`select begin_months(), begin_month('metric_sample', '2026-03-01')`);
  await pool.query(`select finish_month('metric_sample', '2026-03-01')`);
  await pool.query(
    `insert into metric_sample (ts, value, file_id, host, metric)
     select $1::timestamptz - n * interval '1 minute', case when n = 77 then 100 else n % 10 end, 1, 'etl-01', metric
     from generate_series(1, 1000) as n, unnest(array['cpu_percent', 'load']) as metric`,
    [at(0)],
  );
  const { rows: files } = await pool.query<{ sha256: string }>(
    `select sha256 from file where rows_quarantined > 0 order by id`,
  );
  for (const { sha256 } of files) {
    await pool.query(
      `insert into quarantine (file_sha256, byte_offset, row_number, code, detail, original, byte_length)
       select $1, n * 10, n, case when n % 2 = 0 then 'ragged-row' else 'bad-instant' end, 'x', '\\x61ff62', 3
       from generate_series(1, 4) as n`,
      [sha256],
    );
  }
});

afterAll(async () => {
  await api?.close();
});

const route = (path: string) => ROUTES.find((one) => one.path === path)!;

async function read<Answer>(address: string, path = address): Promise<Answer> {
  const response = await fetch(api.url + address);
  const answer = (await response.json()) as Answer;
  expect([response.status, answer]).toEqual([200, expect.anything()]);
  route(path.split('?')[0]!).response.parse(answer);
  return answer;
}

async function problemOf(address: string): Promise<{ status: number; detail: string }> {
  const response = await fetch(api.url + address);
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
}

describe('a run', () => {
  test('is told with its states, its slot and what is normal', async () => {
    const run = await read<RunDetail>(
      `/v1/runs/${jobId}/${encodeURIComponent('a/b c%')}`,
      '/v1/runs/:jobId/:runKey',
    );
    expect(run).toMatchObject({ status: 'failed', error: 'Disk FULL on /data', slot: { outcome: 'late' } });
    expect(run.states.map(({ status }) => status)).toEqual(['failed', 'running']);
    expect(run.normal!.lowMs).toBeCloseTo(30_000, 3);
    expect(run.normal!.highMs).toBeCloseTo(120_000, 3);
  });

  test('that does not exist is a problem', async () => {
    for (const path of [
      `${jobId}/none`,
      '1/none',
      'x/none',
      '-1/none',
      `${jobId}/%00`,
      '9007199254740993/x',
    ]) {
      expect((await problemOf(`/v1/runs/${path}`)).status).toBe(404);
    }
  });

  test.each([
    ['q=full', 1],
    ['q=DISK%20full&status=failed', 1],
    ['host=etl-09', 1],
    ['host=etl-10', 0],
    [`from=${at(-2)}&to=${at(-1.99)}&q=a/b`, 1],
    [`from=${at(-1.9)}&q=a/b`, 0],
    ['jobId=1', 0],
  ])('is found by %s', async (query, most) => {
    const { items } = await read<Runs>(`/v1/runs?${query}`);
    expect(items.length).toBe(most);
  });

  test('of a job stand under the job as well', async () => {
    const { items } = await read<Runs>(`/v1/jobs/${jobId}/runs?limit=500`, '/v1/jobs/:jobId/runs');
    expect(items).toEqual((await read<Runs>('/v1/runs?job=orders_import&limit=500')).items);
    expect(items.length).toBe(16);
  });
});

describe('a job', () => {
  test('tells its schedule in words, what is normal, whom it leads and its forecast', async () => {
    const job = await read<JobDetail>(`/v1/jobs/${jobId}`, '/v1/jobs/:jobId');
    expect(job).toMatchObject({
      job: 'orders_import',
      schedule: { en: 'every 4 h', declared: false, filled: 0.9 },
      normal: { runs: 50, failedShare: 0.1, longestMs: 90_000, rows: null },
      nextDueAt: at(1),
      slots: { late: 1, met: 0 },
      upstreams: [],
      downstreams: [{ jobId: otherId, job: 'stock_snapshot' }],
      forecast: { modelVersion: 2, job: { jobId } },
    });
    expect(job.month.runs).toBe(16);
    const { rows } = await api.database.pool.query(
      `select count(*)::int as failed from run_latest where job_id = $1 and status = 'failed'`,
      [jobId],
    );
    expect(job.month.failed).toBe(rows[0].failed);
  });

  test('without anything learned says so', async () => {
    const job = await read<JobDetail>(`/v1/jobs/${otherId}`, '/v1/jobs/:jobId');
    expect(job).toMatchObject({ schedule: null, normal: null, learnedAt: null, override: null });
    expect(job.upstreams).toMatchObject([{ jobId }]);
    expect((await problemOf('/v1/jobs/1')).status).toBe(404);
  });

  test('can be looked for', async () => {
    const { items } = await read<Jobs>('/v1/jobs?q=ORDERS_&criticality=1');
    expect(items.map(({ job }) => job)).toEqual(['orders_import']);
    expect((await read<Jobs>('/v1/jobs?host=etl-99')).items).toEqual([]);
  });

  test('shows what its runs took in few points, with what is normal', async () => {
    const address = `/v1/jobs/${jobId}/durations?points=3`;
    const all = await read<Durations>(`/v1/jobs/${jobId}/durations`, '/v1/jobs/:jobId/durations');
    const few = await read<Durations>(address, '/v1/jobs/:jobId/durations');
    const took = all.points.map(({ durationMs }) => durationMs);
    expect(all.runs).toBe(all.points.length);
    expect(few.runs).toBe(all.runs);
    expect(few.points.length).toBeLessThanOrEqual(3);
    expect(few.points.map(({ durationMs }) => durationMs)).toEqual(
      expect.arrayContaining([Math.min(...took), Math.max(...took)]),
    );
    expect(few.points[0]!.usualMs).toBeCloseTo(60_000, 3);
    const other = await read<Durations>(`/v1/jobs/${otherId}/durations`, '/v1/jobs/:jobId/durations');
    expect(other.points[0]).toMatchObject({ lowMs: null, usualMs: null, highMs: null });
    expect((await problemOf(`/v1/jobs/${jobId}/durations?points=2`)).status).toBe(400);
  });
});

describe('slots and the night', () => {
  test('slots are narrowed by job, outcome and time', async () => {
    const outcomes = async (query: string) =>
      (await read<Slots>(`/v1/slots?${query}`)).items.map(({ outcome }) => outcome);
    expect(await outcomes('')).toEqual(['late', null, null]);
    expect(await outcomes('outcome=open&job=orders_import')).toEqual([null]);
    expect(await outcomes(`jobId=${otherId}`)).toEqual([null]);
    expect(await outcomes(`to=${at(0)}`)).toEqual(['late']);
    expect(await outcomes(`from=${at(2)}`)).toEqual([]);
  });

  test('the night holds runs, slots, servers and who waits for whom', async () => {
    const night = await read<Timeline>(`/v1/timeline?from=${at(-6)}&to=${at(6)}`);
    expect(night.complete).toBe(true);
    expect(night.follows).toEqual([{ jobId: otherId, upstreamId: jobId }]);
    expect(night.slots.length).toBe(3);
    expect(night.runs.find(({ runKey }) => runKey === 'a/b c%')).toMatchObject({
      host: 'etl-09',
      status: 'failed',
      expectedEndAt: null,
    });
    const told = night.hosts.reduce((sum, { runs }) => sum + runs, 0);
    expect(told).toBe(night.runs.length);
    const { rows } = await api.database.pool.query(
      `select count(*)::int as n from run_latest where started_at < $2 and started_at > $1::timestamptz - interval '1 day'
         and (ended_at > $1 or ended_at is null)`,
      [at(-6), at(6)],
    );
    expect(night.runs.length).toBe(rows[0].n);
    const one = await read<Timeline>(`/v1/timeline?from=${at(-6)}&to=${at(6)}&host=etl-09`);
    expect(one.runs.length).toBe(1);
  });

  test('spans that are empty or too long are refused', async () => {
    for (const [from, to] of [
      [0, 0],
      [0, -1],
      [0, 49],
    ] as const) {
      expect((await problemOf(`/v1/timeline?from=${at(from)}&to=${at(to)}`)).status).toBe(400);
    }
  });
});

describe('servers', () => {
  test('are listed with their last samples', async () => {
    const { items } = await read<{ items: Host[] }>('/v1/hosts');
    expect(items.map(({ host }) => host)).toEqual(['etl-01', 'etl-02', 'etl-03', 'etl-04']);
    expect(items[0]!.metrics.map(({ metric }) => metric)).toEqual(['cpu_percent', 'load']);
    expect(items[1]!.metrics).toEqual([]);
  });

  test('show their metrics in few points that keep the extremes', async () => {
    const path = '/v1/hosts/:host/metrics';
    const answer = await read<HostMetrics>(`/v1/hosts/etl-01/metrics?points=24`, path);
    expect(answer.metrics.map(({ metric }) => metric)).toEqual(['cpu_percent', 'load']);
    for (const { points } of answer.metrics) {
      expect(points.length).toBeLessThanOrEqual(24);
      expect(Math.max(...points.map(({ max }) => max))).toBe(100);
    }
    const one = await read<HostMetrics>(`/v1/hosts/etl-01/metrics?metric=load`, path);
    expect(one.metrics.length).toBe(1);
    expect((await read<HostMetrics>('/v1/hosts/nobody/metrics', path)).metrics).toEqual([]);
    expect((await problemOf(`/v1/hosts/x/metrics?from=${at(0)}&to=${at(-1)}`)).status).toBe(400);
  });
});

describe('incidents, files and refused rows', () => {
  test('an incident is found by its number', async () => {
    const { items } = await read<Incidents>('/v1/incidents');
    const { id } = items[0]!;
    expect(await read(`/v1/incidents/${id}`, '/v1/incidents/:id')).toMatchObject({ id });
    for (const wrong of ['0', '999999', 'x', '1.5', '9007199254740993']) {
      expect((await problemOf(`/v1/incidents/${wrong}`)).status).toBe(404);
    }
  });

  test('incidents are narrowed by state, severity, job and time', async () => {
    const count = async (query: string) => (await read<Incidents>(`/v1/incidents?${query}`)).items.length;
    expect([await count('state=open'), await count('state=resolved')]).toEqual([3, 2]);
    expect([await count('severity=minor'), await count('severity=major')]).toEqual([5, 0]);
    expect([await count(`jobId=${jobId}`), await count('jobId=1')]).toEqual([1, 0]);
    expect([await count(`from=${at(-5)}`), await count(`to=${at(-5)}`)]).toEqual([2, 3]);
  });

  test('refused rows are told with their bytes, page by page', async () => {
    const whole = await read<Quarantine>('/v1/quarantine');
    expect(whole.items.length).toBe(8);
    expect(whole.items[0]!.original).toBe('a\uFFFDb');
    const first = await read<Quarantine>('/v1/quarantine?limit=3');
    const second = await read<Quarantine>(`/v1/quarantine?limit=10&after=${first.next}`);
    expect([...first.items, ...second.items]).toEqual(whole.items);
    expect((await read<Quarantine>('/v1/quarantine?code=ragged-row')).items.length).toBe(4);
    const { sha256 } = whole.items[0]!;
    expect((await read<Quarantine>(`/v1/quarantine?sha256=${sha256}&source=runs`)).items.length).toBe(4);
    const counts = await read<{ items: { rows: number }[] }>('/v1/quarantine/counts');
    expect(counts.items.reduce((sum, { rows }) => sum + rows, 0)).toBe(8);
  });

  test('a file is told by its hash', async () => {
    const { items } = await read<{ items: { sha256: string }[] }>('/v1/files?source=runs&state=refused');
    expect(items.length).toBe(1);
    const { sha256 } = items[0]!;
    expect(await read(`/v1/files/${sha256}`, '/v1/files/:sha256')).toMatchObject({
      sha256,
      state: 'refused',
    });
    expect((await problemOf(`/v1/files/${'0'.repeat(64)}`)).status).toBe(404);
    expect((await problemOf('/v1/files/x')).status).toBe(404);
  });
});

describe('forecasts and models', () => {
  test('a forecast is told by its cutoff', async () => {
    const { items } = await read<Forecasts>('/v1/forecasts');
    const { cutoff } = items[0]!;
    const one = await read<{ jobs: unknown[] }>(`/v1/forecasts/${cutoff}`, '/v1/forecasts/:cutoff');
    const latest = await read<{ forecast: unknown }>('/v1/forecasts/latest');
    expect(one).toEqual(latest.forecast);
    expect((await problemOf(`/v1/forecasts/${at(0.5)}`)).status).toBe(404);
    expect((await problemOf('/v1/forecasts/tomorrow')).status).toBe(404);
  });

  test('a version of a model is told', async () => {
    const path = '/v1/models/:model/:version';
    expect(await read('/v1/models/job-failure/2', path)).toMatchObject({ aliases: ['champion'] });
    for (const wrong of [
      'job-failure/9',
      'other/1',
      'job-failure/0',
      'job-failure/x',
      'job-failure/99999999999',
    ]) {
      expect((await problemOf(`/v1/models/${wrong}`)).status).toBe(404);
    }
  });

  test('without a week that is over there is no score card', async () => {
    const drift = await read<Drift>('/v1/drift');
    expect(drift).toMatchObject({ scoreCard: null, features: null });
  });
});

describe('a search', () => {
  test('finds jobs, runs by key, errors, incidents and files', async () => {
    const found = (q: string) => read<SearchAnswer>(`/v1/search?q=${encodeURIComponent(q)}`);
    expect((await found('ORDERS_imp')).jobs.map(({ job }) => job)).toEqual(['orders_import']);
    expect((await found('orders_imp')).incidents.length).toBe(1);
    expect((await found('a/b c%')).runs).toMatchObject([{ runKey: 'a/b c%', status: 'failed' }]);
    expect((await found('disk full')).errors).toMatchObject([{ runKey: 'a/b c%' }]);
    expect((await found('holiday')).files).toMatchObject([{ name: 'holiday-photos.csv' }]);
    expect(await found('%%')).toEqual({ jobs: [], runs: [], errors: [], incidents: [], files: [] });
  });

  test('of one letter is refused', async () => {
    for (const q of ['', 'q=', 'q=a', 'q=%20a', `q=${'x'.repeat(201)}`, 'q=a%00b']) {
      expect((await problemOf(`/v1/search?${q}`)).status).toBe(400);
    }
  });
});
