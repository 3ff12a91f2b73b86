/** A database with a simulated estate and all that Smart ETL would have kept of it: what a report is built from. */

import { SampleWriter } from '../../db/load/metric-samples.ts';
import { RunWriter } from '../../db/load/runs.ts';
import { saveSource } from '../../db/load/sources.ts';
import type { Pool, Queryable } from '../../db/pool.ts';
import { withTransaction } from '../../db/pool.ts';
import type { AnomalyTruth } from '../../models/estate/anomalies/anomaly-truth.ts';
import { type PlayedEstate, playEstate } from '../../models/estate/anomalies/play-estate.ts';
import { createEstate, type Estate } from '../../models/estate/estate.ts';

export interface YearOptions {
  jobs: number;
  hosts: number;
  days: number;
  seed: number;
  startDate: string;
}

/** Plays an estate and fills the database with it; returns how many runs and samples there are. */
export async function fillYear(pool: Pool, options: YearOptions): Promise<{ runs: number; samples: number }> {
  const estate = createEstate({ ...options, clock: 'Europe/Paris', anomalies: {} });
  const played = playEstate(estate, options.days);
  const fileIds = await withTransaction(pool, async (client) => {
    await saveSource(client, { name: 'runs', kind: 'runs', folder: 'runs', namespace: 'default' });
    await saveSource(client, { name: 'metrics', kind: 'metrics', folder: 'metrics', namespace: 'default' });
    return saveMonthFiles(client, played);
  });
  await withTransaction(pool, async (client) => {
    const runs = await RunWriter.open(client, pool, played.runs.length);
    for (const run of played.runs) {
      const { runId, job, owner, host, status, startedAt, endedAt, durationMs, knownAt } = run;
      const { rowsRead, rowsWritten, expectedRows } = run;
      await runs.write(
        {
          namespace: 'default',
          job,
          owner,
          runKey: runId,
          status,
          startedAt,
          endedAt,
          durationMs,
          knownAt,
          host,
          rowsRead,
          rowsWritten,
          expectedRows,
          error: run.error === '' ? null : run.error,
          query: run.query === '' ? null : run.query,
          extra: {},
          anomalies: [],
        },
        fileIds.get(`runs ${monthOf(startedAt)}`)!,
        1,
      );
    }
    await runs.end();
  });
  await withTransaction(pool, async (client) => {
    const samples = await SampleWriter.open(client, pool, played.samples.length);
    for (const sample of played.samples) {
      await samples.write(sample, fileIds.get(`metrics ${monthOf(sample.ts)}`)!);
    }
    await samples.end();
  });
  await tellCriticality(pool, estate);
  await withTransaction(pool, (client) => tellFindings(client, played.truth));
  for (const sql of KEPT_OF_IT) await pool.query(sql);
  await pool.query('analyze');
  return { runs: played.runs.length, samples: played.samples.length };
}

const monthOf = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 7);

/** One line of the ledger a month and source, with a few rows doubled and a few refused. */
async function saveMonthFiles(
  client: Queryable,
  { runs, samples }: PlayedEstate,
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const [source, instants] of [
    ['runs', runs.map(({ startedAt }) => startedAt)],
    ['metrics', samples.map(({ ts }) => ts)],
  ] as const) {
    for (const [month, rows] of Map.groupBy(instants, monthOf)) {
      const refused = Math.floor(rows.length / 400);
      const { rows: saved } = await client.query<{ id: number }>(
        `insert into file (sha256, source, name, size_bytes, received_at, state, rows_in, rows_loaded, rows_duplicate,
           rows_quarantined, last_known_at, loaded_at, values_expected, values_told)
         values (encode(sha256(convert_to($1 || $2, 'UTF8')), 'hex'), $1, $1 || '-' || $2 || '.csv', $3::bigint * 160, $4,
           'loaded', $3::bigint + 2 * $5::bigint, $3, $5, $5, $4, $4, $3::bigint * 6, $3::bigint * 6 - $5::bigint) returning id`,
        [source, month, rows.length, new Date(lastOf(rows)), refused],
      );
      ids.set(`${source} ${month}`, saved[0]!.id);
      await client.query(
        `insert into quarantine (file_sha256, byte_offset, row_number, code, detail, original, byte_length)
         select encode(sha256(convert_to($1 || $2, 'UTF8')), 'hex'), n * 160, n,
           (array['unreadable-start', 'ragged-row', 'end-before-start'])[1 + n % 3], '', ''::bytea, 0
         from generate_series(1, least($3::int, 500)) as n`,
        [source, month, refused],
      );
    }
  }
  return ids;
}

/** Of more instants than a call takes arguments. */
const lastOf = (instants: readonly number[]): number =>
  instants.reduce((last, instant) => Math.max(last, instant), 0);

async function tellCriticality(pool: Pool, estate: Estate): Promise<void> {
  await pool.query(
    `update job set criticality = told.criticality
     from unnest($1::text[], $2::int[]) as told (name, criticality) where job.name = told.name`,
    [estate.jobs.map(({ name }) => name), estate.jobs.map(({ criticality }) => criticality)],
  );
}

/** What was wrong as if it had been found when it could be: one incident a cause. Of slow runs those that are certain. */
async function tellFindings(client: Queryable, truth: readonly AnomalyTruth[]): Promise<void> {
  const found = truth.filter(({ certain, subject }) => certain && !('source' in subject));
  const of = <T>(pick: (one: AnomalyTruth) => T): T[] => found.map(pick);
  await client.query(
    `create temporary table told on commit drop as
     select row_number() over () as n, * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[],
       $6::timestamptz[], $7::timestamptz[]) as t (kind, job, host, cause, since, until, knowable)`,
    [
      of(({ kind }) => kind),
      of(({ subject }) => ('job' in subject ? subject.job : null)),
      of(({ subject }) => ('host' in subject ? subject.host : null)),
      of(({ cause }) => cause),
      of(({ fromMs }) => new Date(fromMs)),
      of(({ fromMs, untilMs }) => new Date(Math.max(fromMs, untilMs))),
      of(({ fromMs, knowableMs }) => new Date(Math.max(fromMs, knowableMs))),
    ],
  );
  await client.query(
    `create temporary table cause on commit drop as
     select cause, row_number() over (order by min(knowable), cause) as id, min(knowable) as opened,
       max(greatest(until, knowable)) as resolved, count(*) as findings
     from told group by cause`,
  );
  await client.query(
    `insert into incident (id, opened_at, resolved_at, state, severity, causes, told_severity, told_at,
       acknowledged_by, acknowledged_at) overriding system value
     select id, opened, resolved, 'resolved', severity, '[]', severity, opened,
       case when chance < 0.7 then 'operator' end,
       case when chance < 0.7 then opened + make_interval(mins => 2 + (chance * 100)::int) end
     from (select *, ('x' || substr(md5(cause), 1, 7))::bit(28)::int / 268435456.0 as chance,
         case when findings > 5 then 'critical' when findings > 1 then 'major' when id % 3 = 0 then 'minor'
           else 'warning' end as severity from cause) as graded`,
  );
  await client.query(
    `insert into finding (incident_id, key, kind, role, course, job_id, host, since, found_at, ended_at, evidence)
     select cause.id, told.kind || '/' || told.n, told.kind, 'cause', 'new', job.id, told.host, told.since,
       told.knowable, greatest(told.until, told.knowable), '{}'
     from told join cause using (cause) left join job on job.name = told.job where job.id is not null or told.host is not null`,
  );
}

/** In order; chance is drawn from names, so that the same estate is the same database. */
const KEPT_OF_IT = [
  `insert into incident_feedback (incident_id, channel, answerer, who, useful)
   select id, 'mail', encode(sha256('operator'::bytea), 'hex'), 'operator', id % 7 <> 0 from incident where id % 2 = 0`,
  `insert into notification (id, kind, channel, channel_kind, event, subject, body, state, told_as_of, sent_at)
   select 'opened-' || id, 'incidents-opened', 'mail', 'mail', 'opened', 'incident', 'incident',
     case when id % 211 = 0 then 'dead' else 'sent' end, opened_at, opened_at from incident`,
  `insert into notification_incident (notification_id, incident_id, event, severity)
   select 'opened-' || id, id, 'opened', severity from incident`,
  `insert into quality_daily (source, day, files, volume_rows, completeness, uniqueness, validity, freshness_s)
   select 'runs', started_at::date, 1, count(*), 1 - 0.02 * abs(sin(extract(doy from started_at::date))), 0.995,
     case when extract(doy from started_at::date)::int % 31 = 0 then 0.9 else 0.998 end,
     60 + 30 * abs(cos(extract(doy from started_at::date)))
   from run group by started_at::date`,
  `insert into expectation (job_id, due, earliest, deadline, closes, outcome, run_key, ended_at)
   select distinct on (job_id, date_trunc('hour', started_at)) job_id, started_at, started_at - interval '5 minutes',
     started_at + interval '1 hour', started_at + interval '6 hours', 'met', run_key, coalesce(ended_at, started_at)
   from run where status <> 'running' order by job_id, date_trunc('hour', started_at), started_at on conflict do nothing`,
  `insert into expectation (job_id, due, earliest, deadline, closes, outcome, ended_at)
   select distinct on (job_id, since) job_id, since + interval '1 second', since, since + interval '1 hour',
     since + interval '6 hours', kind, since + interval '6 hours'
   from finding where kind in ('late', 'missing') and job_id is not null order by job_id, since on conflict do nothing`,
  `insert into model_version (model, version, kind, artifact_sha256, manifest_sha256, snapshot_sha256, cutoff, seed,
     code_version, parameters, fit_ms, peak_memory_bytes)
   select 'job-failure', 1, 'blend', repeat('a', 64), repeat('b', 64), repeat('c', 64), min(started_at), 1, 'test', '{}', 1, 1
   from run`,
  `insert into forecast_cutoff (cutoff, model, model_version, candidates, workflow_id)
   select cutoff, 'job-failure', 1, (select count(*) from job), 'forecast/' || cutoff::date
   from (select min(started_at)::date + interval '8 hours' as first, max(started_at) as last from run) as span,
     generate_series(first, last, interval '7 days') as cutoff`,
  `with failing as (
     select cutoff, job.id as job_id,
       count(run.*) filter (where run.status = 'failed' and run.started_at < cutoff) as before,
       count(run.*) filter (where run.status = 'failed' and run.started_at >= cutoff) as after
     from forecast_cutoff cross join job left join run on run.job_id = job.id
       and run.started_at >= cutoff - interval '28 days' and run.started_at < cutoff + interval '7 days'
     group by cutoff, job.id)
   insert into forecast_week (cutoff, job_id, probability, basis, rank, reasons)
   select cutoff, job_id, p, 'model', row_number() over (partition by cutoff order by p desc, job_id), '[]'
   from (select cutoff, job_id, least(0.97, greatest(0.02, 1 - exp(-(before / 6.0 + least(after, 2) / 4.0)))) as p
     from failing) as guessed`,
];
