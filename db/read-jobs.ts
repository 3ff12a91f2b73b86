import type { Queryable } from './pool.ts';
import { IS_LATEST_STATE, type RunRow } from './read-runs.ts';

export interface JobRow {
  jobId: number;
  namespace: string;
  job: string;
  owner: string | null;
  host: string | null;
  criticality: number;
  lastStartedAt: Date | null;
  /** States of its last runs, oldest first. */
  recentStatuses: RunRow['status'][];
}

/** Every job with how its last `recent` runs went, by namespace and name. */
export async function readJobs(client: Queryable, recent: number): Promise<JobRow[]> {
  const { rows } = await client.query<JobRow>(
    `select job.id as "jobId", job.namespace, job.name as job, job.owner, job.host, job.criticality,
       last.started_at as "lastStartedAt", coalesce(last.statuses, '{}') as "recentStatuses"
     from job left join lateral (
       select max(started_at) as started_at, array_agg(status::text order by started_at, run_key) as statuses
       from (
         select run.started_at, run.status, run.run_key from run
         where run.job_id = job.id and ${IS_LATEST_STATE}
         order by run.started_at desc limit $1) as newest) as last on true
     order by job.namespace, job.name`,
    [recent],
  );
  return rows;
}
