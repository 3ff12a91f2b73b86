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
  error: string | null;
}

export interface OpenIncident {
  id: number;
  jobId: number;
  job: string;
  owner: string | null;
  /** Start of the run that opened it. */
  failingSinceMs: number;
}

/**
 * For every job with an open incident or a run known in the given time, its last run that succeeded or failed,
 * as known at `asOf`. A cancelled run says nothing about health.
 */
export async function lastFinishedRuns(client: Queryable, asOf: Date, knownSince: Date): Promise<LastRun[]> {
  const { rows } = await client.query<LastRun>(
    `select distinct on (run.job_id) run.job_id as "jobId", job.name as job, job.owner, job.host,
       run.run_key as "runKey", run.status, extract(epoch from run.started_at)::float8 * 1000 as "startedAtMs",
       extract(epoch from run.known_at)::float8 * 1000 as "knownAtMs", run.error
     from run join job on job.id = run.job_id
     where run.status in ('succeeded', 'failed') and run.known_at <= $1 and run.started_at <= $1
       and (run.job_id in (select job_id from run where known_at > $2 and known_at <= $1)
         or run.job_id in (select job_id from incident where resolved_at is null))
     order by run.job_id, run.started_at desc, run.run_key desc, run.known_at desc, run.digest`,
    [asOf, knownSince],
  );
  return rows;
}

/** Every incident that has not ended, locked so that one detection at a time decides about it. */
export async function openIncidents(client: Queryable): Promise<OpenIncident[]> {
  const { rows } = await client.query<OpenIncident>(
    `select incident.id, incident.job_id as "jobId", job.name as job, job.owner,
       coalesce((select extract(epoch from min(run.started_at))::float8 * 1000 from run
         where run.job_id = incident.job_id and run.run_key = incident.run_key),
         extract(epoch from incident.opened_at)::float8 * 1000) as "failingSinceMs"
     from incident join job on job.id = incident.job_id
     where incident.resolved_at is null order by incident.id for update of incident`,
  );
  return rows;
}

/** Opens an incident for a failed run, as of when that was known; null when that run has had one already. */
export async function openIncident(client: Queryable, run: LastRun): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into incident (kind, job_id, run_key, opened_at, error) values ('job-failed', $1, $2, $3, $4)
     on conflict do nothing returning id`,
    [run.jobId, run.runKey, new Date(run.knownAtMs), run.error],
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
