import type { Queryable } from './pool.ts';

/** The last finished run of a job, as far as known at an instant. */
export interface LastRun {
  jobId: number;
  job: string;
  owner: string | null;
  host: string | null;
  runKey: string;
  status: 'succeeded' | 'failed';
  startedAtMs: number;
  knownAtMs: number;
  /** Start of the first failed run after the last success; null when none failed. */
  failingSinceMs: number | null;
  error: string | null;
}

export interface OpenIncident {
  id: number;
  jobId: number;
  job: string;
  owner: string | null;
  /** Start of the first failed run. */
  failingSinceMs: number;
}

/**
 * For every job with an open incident or a run known in the given time, its last run that succeeded or failed,
 * as known at `asOf`. A cancelled run says nothing about health.
 */
export async function lastFinishedRuns(client: Queryable, asOf: Date, knownSince: Date): Promise<LastRun[]> {
  const { rows } = await client.query<LastRun>(
    `with concerned as (
       select job_id from run where known_at > $2 and known_at <= $1
       union
       select job_id from incident where resolved_at is null and job_id is not null)
     select last.job_id as "jobId", job.name as job, job.owner, job.host, last.run_key as "runKey", last.status,
       extract(epoch from last.started_at)::float8 * 1000 as "startedAtMs", last.error,
       (select extract(epoch from min(failed.started_at))::float8 * 1000 from run failed
        where failed.job_id = last.job_id and failed.status = 'failed' and failed.known_at <= $1
          and failed.started_at <= last.started_at and failed.started_at > coalesce(
            (select max(succeeded.started_at) from run succeeded
             where succeeded.job_id = last.job_id and succeeded.status = 'succeeded' and succeeded.known_at <= $1
               and succeeded.started_at < last.started_at), '-infinity')) as "failingSinceMs",
       extract(epoch from last.known_at)::float8 * 1000 as "knownAtMs"
     from concerned join job on job.id = concerned.job_id
     cross join lateral (
       select * from run
       where run.job_id = concerned.job_id and run.status in ('succeeded', 'failed')
         and run.known_at <= $1 and run.started_at <= $1
       order by run.started_at desc, run.run_key desc, run.known_at desc, run.digest limit 1) as last
     order by last.job_id`,
    [asOf, knownSince],
  );
  return rows;
}

/** Every incident that has not ended, locked so that one detection at a time decides about it. */
export async function openIncidents(client: Queryable): Promise<OpenIncident[]> {
  const { rows } = await client.query<OpenIncident>(
    `select incident.id, incident.job_id as "jobId", job.name as job, job.owner,
       extract(epoch from incident.opened_at)::float8 * 1000 as "failingSinceMs"
     from incident join job on job.id = incident.job_id
     where incident.resolved_at is null order by incident.id for update of incident`,
  );
  return rows;
}

/** Opens an incident for a job whose last run failed; null when that run has had one already. */
export async function openIncident(client: Queryable, run: LastRun): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into incident (kind, job_id, run_key, opened_at, error) values ('job-failed', $1, $2, $3, $4)
     on conflict do nothing returning id`,
    [run.jobId, run.runKey, new Date(run.failingSinceMs ?? run.startedAtMs), run.error],
  );
  return rows[0]?.id ?? null;
}

/** Ends an incident by a run that succeeded, as of when that was known. */
export async function resolveIncident(client: Queryable, id: number, run: LastRun): Promise<void> {
  await client.query(
    `update incident set resolved_at = $3, resolved_by_run_key = $2 where id = $1 and resolved_at is null`,
    [id, run.runKey, new Date(run.knownAtMs)],
  );
}

export type SourceIncidentKind = 'schema-changed' | 'quarantine-limit' | 'source-unreadable';

export interface SourceIncident {
  kind: SourceIncidentKind;
  source: string;
  /** What was found, one or more lines. */
  detail: string;
  at: Date;
}

/** Opens an incident of a source; null when one of that kind is open already. */
export async function openSourceIncident(
  client: Queryable,
  { kind, source, detail, at }: SourceIncident,
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into incident (kind, source, opened_at, error) values ($1, $2, $3, $4)
     on conflict do nothing returning id`,
    [kind, source, at, detail],
  );
  return rows[0]?.id ?? null;
}

/** Ends the open incident of that kind; null when there is none. */
export async function resolveSourceIncident(
  client: Queryable,
  { kind, source, at }: Omit<SourceIncident, 'detail'>,
): Promise<{ id: number; openedAt: Date } | null> {
  const { rows } = await client.query<{ id: number; openedAt: Date }>(
    `update incident set resolved_at = greatest($3, opened_at)
     where kind = $1 and source = $2 and resolved_at is null
     returning id, opened_at as "openedAt"`,
    [kind, source, at],
  );
  return rows[0] ?? null;
}
