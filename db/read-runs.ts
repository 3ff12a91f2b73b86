import type { Queryable } from './pool.ts';

export interface RunRow {
  jobId: number;
  namespace: string;
  job: string;
  owner: string | null;
  runKey: string;
  status: 'running' | 'succeeded' | 'failed' | 'cancelled';
  startedAt: Date;
  endedAt: Date | null;
  durationMs: number | null;
  host: string | null;
  rowsRead: number | null;
  rowsWritten: number | null;
  expectedRows: number | null;
  error: string | null;
  anomalies: string[];
}

export interface RunFilter {
  limit: number;
  /** Name of a job, in any namespace. */
  job?: string | undefined;
  status?: RunRow['status'] | undefined;
}

/**
 * Holds for the rows of `run` that view run_latest shows: no other row tells the same run more newly.
 *
 * The view sorts the whole table before a limit can cut it. This condition looks at the few rows of one run through
 * the primary key, so a query that walks an index from its newest end stops as soon as it has enough.
 */
export const IS_LATEST_STATE = `not exists (
  select from run newer
  where newer.job_id = run.job_id and newer.run_key = run.run_key and newer.digest <> run.digest
    and (newer.known_at > run.known_at
      or newer.known_at = run.known_at
        and (newer.status <> 'running', run.digest) > (run.status <> 'running', newer.digest)))`;

/** The runs that started last, newest first, each in its newest known state. */
export async function readRuns(client: Queryable, filter: RunFilter): Promise<RunRow[]> {
  const jobIds = filter.job === undefined ? null : await idsOfJob(client, filter.job);
  const conditions = [IS_LATEST_STATE];
  const values: unknown[] = [filter.limit];
  if (jobIds) conditions.push(`run.job_id = any($${values.push(jobIds)})`);
  if (filter.status) conditions.push(`run.status = $${values.push(filter.status)}`);
  const { rows } = await client.query<RunRow>(
    `select run.job_id as "jobId", job.namespace, job.name as job, job.owner, run.run_key as "runKey", run.status,
       run.started_at as "startedAt", run.ended_at as "endedAt", run.duration_ms as "durationMs", run.host,
       run.rows_read as "rowsRead", run.rows_written as "rowsWritten", run.expected_rows as "expectedRows",
       left(run.error, 2000) as error, coalesce(run.anomalies, '{}') as anomalies
     from run join job on job.id = run.job_id
     where ${conditions.join(' and ')}
     order by run.started_at desc, run.job_id, run.run_key
     limit $1`,
    values,
  );
  return rows;
}

/** Ids first, so that the planner sees a handful of keys of run_of_job_by_start and not a join of unknown size. */
async function idsOfJob(client: Queryable, name: string): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(`select id from job where name = $1`, [name]);
  return rows.map((row) => row.id);
}
