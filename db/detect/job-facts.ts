import type { JobFacts, RunFact } from '../../models/detect/job-facts.ts';
import { earlier } from '../earlier.ts';
import type { Queryable } from '../pool.ts';

/** States of runs of a job that are looked at, the newest; and how far back one under way is looked for, days. */
const MOST_STATES = 200;
const UNDER_WAY_DAYS = 3;

/** SQL: the newest state of a run that was known at `$1` is this one. */
const IS_LATEST_KNOWN = `not exists (
  select from run newer
  where newer.job_id = run.job_id and newer.run_key = run.run_key and newer.digest <> run.digest
    and newer.known_at <= $1
    and (newer.known_at > run.known_at
      or newer.known_at = run.known_at
        and (newer.status <> 'running', run.digest) > (run.status <> 'running', newer.digest)))`;

/** SQL: a run that was under way at `$1`, as far as known then. */
const IS_UNDER_WAY = `run.status = 'running' and run.started_at <= $1 and run.known_at <= $1
  and run.started_at > ${earlier('$1', `${UNDER_WAY_DAYS} days`)} and ${IS_LATEST_KNOWN}`;

/** Jobs that had a run under way at `asOf`. */
export async function jobsUnderWay(client: Queryable, asOf: Date): Promise<number[]> {
  const { rows } = await client.query<{ jobId: number }>(
    `select distinct job_id as "jobId" from run where ${IS_UNDER_WAY} order by 1`,
    [asOf],
  );
  return rows.map(({ jobId }) => jobId);
}

/** Columns that no contract names, as they came. */
type Extra = Record<string, string>;
type RunRow = RunFact & { jobId: number; extra: Extra | null };

/** Facts of a job whose runs still have what was asked of their other columns. */
export type StoredJobFacts = Omit<JobFacts, 'runs'> & { runs: (RunFact & { extra: Extra | null })[] };

/**
 * What the rules of these jobs look at, as known at `asOf`: the last runs, each in the state it was known in, without
 * slots.
 *
 * @param extraColumns which of the columns that no contract names are read: small names with `_` for spaces
 */
export async function readJobFacts(
  client: Queryable,
  jobIds: readonly number[],
  asOf: Date,
  extraColumns: readonly string[] = [],
): Promise<StoredJobFacts[]> {
  if (jobIds.length === 0) return [];
  const jobs = await client.query<Omit<JobFacts, 'runs' | 'slots'>>(
    `select id as "jobId", namespace, name as job, owner, host, criticality from job where id = any($1) order by id`,
    [jobIds],
  );
  const runs = await client.query<RunRow>(
    `select run.job_id as "jobId", run_key as "runKey", status,
       extract(epoch from started_at)::float8 * 1000 as "startedAtMs",
       extract(epoch from ended_at)::float8 * 1000 as "endedAtMs", duration_ms as "durationMs",
       extract(epoch from known_at)::float8 * 1000 as "knownAtMs", host, rows_read as "rowsRead",
       rows_written as "rowsWritten", expected_rows as "expectedRows", left(error, 2000) as error,
       coalesce(anomalies, '{}') as anomalies,
       case when extra is not null then (
         select jsonb_object_agg(key, value) from jsonb_each_text(extra)
         where lower(replace(trim(key), ' ', '_')) = any($3)) end as extra
     from unnest($2::bigint[]) as asked (job_id) cross join lateral (
       select distinct on (run_key) told.* from (
         (select run.* from run
          where run.job_id = asked.job_id and run.started_at <= $1 and run.known_at <= $1
          order by run.started_at desc limit ${MOST_STATES})
         union all
         (select run.* from run where run.job_id = asked.job_id and ${IS_UNDER_WAY})) as told
       order by run_key, known_at desc, (status = 'running'), digest) as run
     order by run.job_id, started_at, run_key`,
    [asOf, jobIds, extraColumns],
  );
  const ofJob = Map.groupBy(runs.rows, ({ jobId }) => jobId);
  return jobs.rows.map((job) => ({
    ...job,
    runs: (ofJob.get(job.jobId) ?? []).map(({ jobId: _, ...run }) => run),
    slots: [],
  }));
}
