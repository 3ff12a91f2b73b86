import type { Queryable } from '../pool.ts';
import type { RunRow } from './read-runs.ts';

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

export interface JobFilter {
  limit: number;
  /** In the name, whatever the case. */
  q?: string | undefined;
  host?: string | undefined;
  owner?: string | undefined;
  criticality?: number | undefined;
  /** Name of the job before the first of the page, with its namespace. */
  after?: readonly [namespace: string, job: string] | null | undefined;
}

/** So many states are looked through for so many runs: a run is mostly told when it begins and when it has ended. */
const STATES_PER_RUN = 2;

/** Mostly the last runs of a job are of so many days: other months need not be looked at. */
const LATE_MS = 62 * 86_400_000;

/**
 * Jobs with how their last `recent` runs went, by namespace and name.
 *
 * Runs are those that began last by any of their states: of a run told more often than twice among the last, fewer
 * than `recent` runs may be found.
 *
 * @param endMs about when the last of them began, epoch milliseconds; a wrong guess costs time, nothing else
 */
export async function readJobs(
  client: Queryable,
  recent: number,
  filter: JobFilter,
  endMs: number,
): Promise<JobRow[]> {
  const rows = await readJobsFrom(client, recent, filter, new Date(endMs - LATE_MS), null);
  const few = rows.filter(({ recentStatuses }) => recentStatuses.length < recent).map(({ jobId }) => jobId);
  if (few.length === 0) return rows;
  const again = await readJobsFrom(client, recent, { limit: few.length }, null, few);
  const known = new Map(again.map((row) => [row.jobId, row]));
  return rows.map((row) => known.get(row.jobId) ?? row);
}

async function readJobsFrom(
  client: Queryable,
  recent: number,
  filter: JobFilter,
  from: Date | null,
  jobIds: readonly number[] | null,
): Promise<JobRow[]> {
  const { limit, q, host, owner, criticality, after } = filter;
  const { rows } = await client.query<JobRow>(
    `select asked.id as "jobId", asked.namespace, asked.name as job, asked.owner, asked.host, asked.criticality,
       last.started_at as "lastStartedAt", coalesce(last.statuses, '{}') as "recentStatuses"
     from (
       select * from job
       where ($2::text is null or position(lower($2) in lower(name)) > 0) and ($3::text is null or host = $3)
         and ($4::text is null or owner = $4) and ($5::smallint is null or criticality = $5)
         and ($6::text is null or (namespace, name) > ($6, $7))
         and ($9::bigint[] is null or id = any($9))
       order by namespace, name limit $8) as asked
     left join lateral (
       select max(started_at) as started_at, array_agg(status::text order by started_at, run_key) as statuses
       from (
         select * from (
           select distinct on (run_key) started_at, status, run_key from (
             select * from run where run.job_id = asked.id ${from ? 'and run.started_at >= $10' : ''} order by run.started_at desc limit $1 * ${STATES_PER_RUN})
             as state
           order by run_key, known_at desc, (status = 'running'), digest) as run
         order by started_at desc, run_key limit $1) as newest) as last on true
     order by asked.namespace, asked.name`,
    [
      recent,
      q ?? null,
      host ?? null,
      owner ?? null,
      criticality ?? null,
      after?.[0] ?? null,
      after?.[1] ?? null,
      limit,
      jobIds,
      ...(from ? [from] : []),
    ],
  );
  return rows;
}
