import { createHash } from 'node:crypto';
import { notificationTo } from '../../activities/alerts/tell-message.ts';
import { type Notification, queueNotification } from '../../db/alerts/notifications.ts';
import { endFindings, insertFindings } from '../../db/detect/findings.ts';
import { insertIncident, resolveIncidents } from '../../db/detect/incidents.ts';
import { saveForecast } from '../../db/forecast/forecasts.ts';
import { saveGateVerdict } from '../../db/forecast/gate-verdicts.ts';
import { switchAlias } from '../../db/forecast/model-aliases.ts';
import { registerModelVersion } from '../../db/forecast/model-versions.ts';
import { type Pool, type Queryable, withTransaction } from '../../db/pool.ts';
import { contentOfMessage } from '../../models/alerts/content.ts';
import { findingKey } from '../../models/detect/finding.ts';
import { seededRandom } from '../../models/random.ts';
import { ensureMonthOfRuns } from '../months.ts';

const HOUR_MS = 3_600_000;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An estate made up for the page: names, owners, hosts and errors of no company. */
const JOBS = [
  'orders_import', 'orders_confirm', 'stock_snapshot', 'stock_reconcile', 'truck_positions', 'truck_eta',
  'cold_chain_sensors', 'cold_chain_alerts', 'supplier_prices', 'supplier_catalogue', 'invoices_export',
  'invoices_match', 'customs_declarations', 'delivery_slots', 'delivery_proofs', 'quality_samples',
  'returns_daily', 'sales_by_store', 'sales_forecast_feed', 'weather_feed', 'crate_tracking', 'fuel_cards',
  'driver_hours', 'dwh_dimensions', 'dwh_facts', 'bi_extracts',
]; // biome-ignore format: one name a line says no more
const OWNERS = ['Camille', 'Noah', 'Inès', 'Louis'];
const HOSTS = ['etl-01', 'etl-02', 'etl-03', 'etl-04'];
const ERRORS = [
  'psycopg2.OperationalError: could not connect to server: Connection timed out (host "stock-db", port 5432)',
  'CSV parse error at line 18422: expected 14 columns, found 15',
  'java.lang.OutOfMemoryError: Java heap space at com.example.Merge.run(Merge.java:214)',
  '<b>ORA-01653</b>: unable to extend table ORDERS_STAGE by 8192 in tablespace ETL_DATA',
];

/** The id that the database gives a job. */
async function insertJobs(client: Queryable, nowMs: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `insert into job (id, namespace, name, owner, host, criticality, owner_told_at, host_told_at)
     select job_id_of('transport', name), 'transport', name, owner, host, criticality, $5, $5
     from unnest($1::text[], $2::text[], $3::text[], $4::int[]) as t (name, owner, host, criticality)
     returning id`,
    [
      JOBS,
      JOBS.map((_, i) => OWNERS[i % OWNERS.length]),
      JOBS.map((_, i) => HOSTS[i % HOSTS.length]),
      JOBS.map((_, i) => 1 + (i % 4)),
      new Date(nowMs),
    ],
  );
  return rows.map((row) => row.id);
}

export interface ExampleRun {
  jobId: number;
  runKey: string;
  status: 'running' | 'succeeded' | 'failed' | 'cancelled';
  startedAtMs: number;
  durationMs: number | null;
  error?: string | null;
  host?: string;
  rowsWritten?: number;
}

/** Stores a run as if a loaded file had told it. */
export async function insertRun(client: Queryable, run: ExampleRun): Promise<void> {
  const endedAtMs = run.durationMs === null ? null : run.startedAtMs + run.durationMs;
  await ensureMonthOfRuns(client, run.startedAtMs);
  await client.query(
    `insert into run (job_id, run_key, digest, status, started_at, ended_at, duration_ms, known_at, host,
       rows_written, expected_rows, error, file_id, row_number)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, (select id from file where sha256 = $12), 1)`,
    [
      run.jobId,
      run.runKey,
      Number.parseInt(hash(JSON.stringify(run)).slice(0, 13), 16),
      run.status,
      new Date(run.startedAtMs),
      endedAtMs === null ? null : new Date(endedAtMs),
      run.durationMs,
      new Date(endedAtMs ?? run.startedAtMs),
      run.host ?? null,
      run.rowsWritten ?? null,
      run.error ?? null,
      hash('runs-1'),
    ],
  );
}

async function insertFiles(client: Queryable, nowMs: number): Promise<void> {
  await client.query(`insert into source (name, kind, folder, namespace) values
    ('runs', 'runs', 'drop/runs', 'transport'), ('metrics', 'metrics', 'drop/metrics', 'transport')`);
  const add = (
    name: string,
    source: string,
    agoMs: number,
    totals: number[] | null,
    refusal: string | null,
  ) =>
    client.query(
      `insert into file (sha256, source, name, size_bytes, received_at, state, rows_in, rows_loaded, rows_duplicate,
         rows_quarantined, last_known_at, refusal_code, refusal_detail, loaded_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, case when $6 <> 'stored' then now() end)`,
      [
        hash(name),
        source,
        `${name}.csv`,
        (totals?.[0] ?? 12) * 143,
        new Date(nowMs - agoMs),
        refusal ? 'refused' : totals ? 'loaded' : 'stored',
        ...(totals ?? [null, null, null, null]),
        totals ? new Date(nowMs - agoMs) : null,
        refusal && 'no-table',
        refusal,
      ],
    );
  await add('runs-1', 'runs', 60_000, [18_240, 18_112, 96, 32], null);
  await add('runs-2', 'runs', HOUR_MS, [17_902, 17_902, 0, 0], null);
  await add('metrics-1', 'metrics', 2 * HOUR_MS, [69_120, 69_118, 2, 0], null);
  await add('runs-3', 'runs', 5 * HOUR_MS, [4_018, 1_204, 2_810, 4], null);
  await add(
    'holiday-photos',
    'runs',
    7 * HOUR_MS,
    null,
    'expected a table of at least 2 columns, found binary data',
  );
  await add('runs-4', 'runs', 5_000, null, null);
}

/** Three weeks of two sources; the run logs had a bad day and are stopped. */
async function insertQuality(client: Queryable, nowMs: number): Promise<void> {
  const random = seededRandom(3);
  for (let ago = 20; ago >= 0; ago--) {
    const day = new Date(nowMs - ago * 24 * HOUR_MS);
    const dip = ago === 6 ? 0.3 : 0;
    const measures = (base: number) => base - dip - random.uniform() * 0.04;
    await client.query(
      `insert into quality_daily (source, day, files, volume_rows, completeness, uniqueness, validity, freshness_s)
       values ('runs', $1, 24, $2, $3, $4, $5, $6), ('metrics', $1, 24, $7, null, 1, 1, $8)`,
      [
        day,
        Math.round(18_000 + 4_000 * random.uniform()),
        measures(0.93),
        measures(0.99),
        measures(0.998),
        600 + 900 * random.uniform(),
        69_120,
        60 + 20 * random.uniform(),
      ],
    );
  }
  await client.query(`update source set paused_at = $1 where name = 'runs'`, [new Date(nowMs - HOUR_MS)]);
}

async function insertRuns(client: Queryable, jobIds: readonly number[], nowMs: number): Promise<void> {
  const random = seededRandom(7);
  for (let i = 0; i < jobIds.length * 15; i++) {
    const j = i % jobIds.length;
    const startedAtMs = nowMs - 90_000 - Math.floor(i / jobIds.length) * 4 * HOUR_MS - j * 410_000;
    const alwaysFails = j < 3 && i < jobIds.length * (j + 1);
    const chance = random.uniform();
    const status = alwaysFails || chance < 0.04 ? 'failed' : chance < 0.05 ? 'cancelled' : 'succeeded';
    await insertRun(client, {
      jobId: jobIds[j]!,
      runKey: `r${i}`,
      status: i === 4 || i === 6 ? 'running' : status,
      startedAtMs,
      durationMs: i === 4 || i === 6 ? null : Math.round(20_000 + random.uniform() * 1_400_000),
      error: status === 'failed' ? ERRORS[j % ERRORS.length]! : null,
      host: HOSTS[j % HOSTS.length]!,
      rowsWritten: Math.round(random.uniform() * 200_000),
    });
  }
}

async function insertIncidents(client: Queryable, jobIds: readonly number[], nowMs: number): Promise<void> {
  for (const [j, ageHours, ended] of [
    [0, 1, 0],
    [1, 4, 0],
    [2, 9, 0],
    [5, 30, 26],
    [9, 50, 47],
  ] as const) {
    const since = new Date(nowMs - ageHours * HOUR_MS);
    const id = await insertIncident(
      client,
      { severity: 'minor', causes: [{ kind: 'itself', name: JOBS[j]!, weight: 1 }] },
      since,
    );
    const subject = { type: 'job' as const, jobId: jobIds[j]! };
    const text = j === 2 ? null : ERRORS[j % ERRORS.length]!;
    const finding = {
      ...{
        key: findingKey('crash', subject),
        kind: 'crash' as const,
        variant: null,
        subject,
        runKey: `r${j}`,
      },
      ...{ sinceMs: since.getTime(), dueMs: null, family: null, course: 'new' as const },
      evidence: { observed: null, expected: null, limit: null, unit: null, text },
    };
    await insertFindings(client, id, [{ finding, role: 'cause' }], since);
    if (ended) {
      const endedAt = new Date(nowMs - ended * HOUR_MS);
      await endFindings(client, [finding.key], endedAt, new Map([[finding.key, `r${j}-ok`]]));
      await resolveIncidents(client, [id], endedAt);
    }
    const title = `Failed: ${JOBS[j]} on ${HOSTS[j % HOSTS.length]}`;
    const message = { ...exampleMessage('incidents-opened', title, nowMs), event: 'opened' as const };
    await queueNotification(client, message, [{ id, severity: 'minor' }]);
  }
  await client.query(`update notification set state = 'sent', sent_at = now(), attempts = 1`);
  const ready = 'Forecast of the week: 26 jobs, about 6 to fail';
  await queueNotification(client, exampleMessage('forecast-ready', ready, nowMs));
}

function exampleMessage(kind: Notification['kind'], subject: string, nowMs: number): Notification {
  const content = contentOfMessage({ subject, text: 'See the page.' }, kind, 'en');
  const channel = { name: 'mail', kind: 'mail', language: 'en' } as const;
  return notificationTo(channel, kind, subject, content, new Date(nowMs));
}

/** Two versions, the second the champion. */
export async function insertModels(client: Queryable, nowMs: number): Promise<void> {
  for (const [version, kind, ap] of [
    [1, 'logistic regression', 0.412],
    [2, 'histogram boosting', 0.527],
  ] as const) {
    await registerModelVersion(
      client,
      {
        model: 'job-failure',
        kind,
        artifactSha256: hash(`artifact ${version}`),
        manifestSha256: hash(`manifest ${version}`),
        snapshotSha256: hash(`snapshot ${version}`),
        cutoff: new Date(nowMs - (9 - 4 * version) * 24 * HOUR_MS),
        seed: 1,
        codeVersion: '0.1.0',
        parameters: { trees: 120 },
        fitMs: 4_210,
        peakMemoryBytes: 310_000_000,
      },
      [
        { head: 'day', metric: 'average_precision', value: ap - 0.08 },
        { head: 'week', metric: 'average_precision', value: ap },
        { head: 'day', metric: 'brier_score', value: 0.031 },
        { head: 'week', metric: 'brier_score', value: version === 1 ? null : 0.089 },
      ],
    );
    const fromVersion = version === 1 ? null : version - 1;
    const change = { model: 'job-failure', alias: 'champion', fromVersion, toVersion: version } as const;
    await switchAlias(client, { ...change, who: 'gate', why: 'better on later weeks', workflowId: null });
    await saveGateVerdict(client, {
      model: 'job-failure',
      challengerVersion: version,
      championVersion: version - 1,
      verdict: 'promote',
      checks: [{ name: 'average precision', value: ap }],
    });
  }
}

const REASONS = [
  {
    feature: 'failures_7d',
    en: 'It failed 3 times in the last 7 days.',
    fr: 'Il a échoué 3 fois ces 7 derniers jours.',
  },
  {
    feature: 'duration_trend',
    en: 'Its runs take 38 % longer than four weeks ago.',
    fr: 'Ses exécutions durent 38 % de plus qu’il y a quatre semaines.',
  },
  {
    feature: 'host_memory',
    en: 'Memory on its server passed 92 % on four nights.',
    fr: 'La mémoire de son serveur a dépassé 92 % quatre nuits.',
  },
  {
    feature: 'days_since_failure',
    en: 'It has run 41 days without a failure.',
    fr: 'Il tourne depuis 41 jours sans échec.',
  },
];

async function insertForecast(client: Queryable, jobIds: readonly number[], nowMs: number): Promise<void> {
  const random = seededRandom(11);
  const weeks = jobIds.map((jobId, i) => ({
    jobId,
    probability: 0.88 * Math.exp(-i / 6),
    interval: (i === 7 || i === 15 ? null : [0.5 * Math.exp(-i / 5), 0.97 * Math.exp(-i / 9)]) as
      | [number, number]
      | null,
    expectedFailedRuns: 1.9 * Math.exp(-i / 6),
    expectedLostMinutes: 1.9 * Math.exp(-i / 6) * (45 + 60 * (i % 5)),
    basis: i === 7 || i === 15 ? ('group-rate' as const) : ('model' as const),
    rank: i + 1,
    reasons:
      i === 7 || i === 15
        ? []
        : REASONS.map((reason, k) => ({
            ...reason,
            contribution: (k === 3 ? -0.4 : 1.2 - k * 0.35) * (1 - i / 40),
          })),
  }));
  const days = weeks.flatMap((week) =>
    [1, 2, 3, 4, 5, 6, 7].map((horizonDay) => ({
      jobId: week.jobId,
      horizonDay,
      probability: week.probability * (horizonDay > 5 ? 0.08 : 0.2 + 0.4 * random.uniform()),
      interval: null,
      basis: week.basis,
      reasons: [],
    })),
  );
  const cutoff = new Date(nowMs - 6 * HOUR_MS);
  const forecast = {
    cutoff,
    model: 'job-failure',
    modelVersion: 2,
    candidates: weeks.length,
    workflowId: `forecast/${cutoff.toISOString().slice(0, 10)}`,
  };
  await saveForecast(client, forecast, days, weeks);
}

/**
 * Fills an empty, migrated database with an estate as of an instant.
 *
 * @returns ids of its jobs, the most likely to fail first.
 */
export async function insertExampleRows(pool: Pool, nowMs: number): Promise<number[]> {
  return withTransaction(pool, async (client) => {
    await insertFiles(client, nowMs);
    await insertQuality(client, nowMs);
    const jobIds = await insertJobs(client, nowMs);
    await insertRuns(client, jobIds, nowMs);
    await insertIncidents(client, jobIds, nowMs);
    await insertModels(client, nowMs);
    await insertForecast(client, jobIds, nowMs);
    return jobIds;
  });
}
