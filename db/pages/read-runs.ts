import { earlier, later } from '../earlier.ts';
import { fromMicroseconds, inMicroseconds } from '../microseconds.ts';
import type { Queryable } from '../pool.ts';

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
  jobId?: number | undefined;
  status?: RunRow['status'] | undefined;
  /** Where it ran; where that is not told, the server of its job. */
  host?: string | undefined;
  /** Started from, and before. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** In the key of the run as it is written; in the name of the job or the error whatever the case. */
  q?: string | undefined;
  /** The run before the first of the page: start in microseconds, job, key. */
  after?: readonly [startedUs: number, jobId: number, runKey: string] | null | undefined;
}

/** States of one run tell starts at most so far apart; a key that is used again after longer is another run's. */
const SAME_RUN_WITHIN = '2 days';

/**
 * Holds for the rows of `run` that view run_latest shows: no other row tells the same run more newly.
 *
 * The view sorts the whole table before a limit can cut it. This condition looks at the few rows of one run through
 * the primary key, so a query that walks an index from its newest end stops as soon as it has enough. It looks at the
 * days around the run only, mostly in one month.
 *
 * `offset 0` keeps the planner from making a join of it, for which it would read whole months: of few rows each is
 * looked up. What reads most rows of a month is better off with the view.
 */
export const IS_LATEST_STATE = isLatestState();

/**
 * The same for a query that looks at the runs of a stretch of time. Told of it, the planner leaves out months that
 * cannot matter.
 *
 * @param from SQL of the instant, or none
 * @param to SQL of the instant before which they began, or none
 */
export function isLatestState(from?: string, to?: string): string {
  return `not exists (
  select from run newer
  where newer.job_id = run.job_id and newer.run_key = run.run_key and newer.digest <> run.digest
    ${from === undefined ? '' : `and newer.started_at >= ${earlier(from, SAME_RUN_WITHIN)}`}
    ${to === undefined ? '' : `and newer.started_at < ${later(to, SAME_RUN_WITHIN)}`}
    and newer.started_at between run.started_at - interval '${SAME_RUN_WITHIN}' and run.started_at + interval '${SAME_RUN_WITHIN}'
    and (newer.known_at > run.known_at
      or newer.known_at = run.known_at
        and (newer.status <> 'running', run.digest) > (run.status <> 'running', newer.digest))
  offset 0)`;
}

/** What is told of a run in a list; needs `run` and `job` in the query. */
export const RUN_COLUMNS = `run.job_id as "jobId", job.namespace, job.name as job, job.owner, run.run_key as "runKey",
  run.status, run.started_at as "startedAt", run.ended_at as "endedAt", run.duration_ms as "durationMs", run.host,
  run.rows_read as "rowsRead", run.rows_written as "rowsWritten", run.expected_rows as "expectedRows",
  left(run.error, 2000) as error, coalesce(run.anomalies, '{}') as anomalies`;

/** Mostly a page is full with what began in so many days before its end. */
const LATE_MS = 31 * 86_400_000;

/**
 * The runs that started last, newest first, each in its newest known state.
 *
 * @param endMs about when the last of them began, epoch milliseconds; a wrong guess costs time, nothing else
 */
export async function readRuns(
  client: Queryable,
  filter: RunFilter,
  endMs?: number,
): Promise<(RunRow & { startedUs: number })[]> {
  const jobIds = await jobIdsOf(client, filter);
  if (jobIds?.length === 0) return [];
  const { after, to } = filter;
  const lastMs = after ? after[0] / 1000 : (to?.getTime() ?? endMs);
  if (filter.from === undefined && lastMs !== undefined) {
    const late = await readRunsFrom(
      client,
      { ...filter, from: new Date(Math.floor(lastMs) - LATE_MS) },
      jobIds,
    );
    if (late.length >= filter.limit) return late;
  }
  return readRunsFrom(client, filter, jobIds);
}

async function readRunsFrom(
  client: Queryable,
  { limit, status, host, from, to, q, after }: RunFilter,
  jobIds: readonly number[] | null,
): Promise<(RunRow & { startedUs: number })[]> {
  const values: unknown[] = [limit];
  const put = (value: unknown) => `$${values.push(value)}`;
  const [since, until] = [from && put(from), to && put(to)];
  const conditions = [isLatestState(since, until)];
  // Of one job the index has the runs in their order; of a list it has not.
  if (jobIds?.length === 1) conditions.push(`run.job_id = ${put(jobIds[0])}`);
  else if (jobIds) conditions.push(`run.job_id = any(${put(jobIds)})`);
  if (status) conditions.push(`run.status = ${put(status)}`);
  if (host !== undefined) conditions.push(`coalesce(run.host, job.host) = ${put(host)}`);
  if (since) conditions.push(`run.started_at >= ${since}`);
  if (until) conditions.push(`run.started_at < ${until}`);
  if (q !== undefined) {
    const text = put(q);
    const named = put(await jobIdsCalled(client, q));
    conditions.push(
      `(strpos(run.run_key, ${text}) > 0 or strpos(lower(run.error), lower(${text})) > 0 or run.job_id = any(${named}))`,
    );
  }
  if (after) {
    const started = fromMicroseconds(put(after[0]));
    conditions.push(`run.started_at <= ${started}`);
    conditions.push(
      `(run.started_at < ${started} or (run.job_id, run.run_key) > (${put(after[1])}::bigint, ${put(after[2])}))`,
    );
  }
  const { rows } = await client.query<RunRow & { startedUs: number }>(
    `select ${RUN_COLUMNS}, ${inMicroseconds('run.started_at')} as "startedUs"
     from run join job on job.id = run.job_id
     where ${conditions.join(' and ')}
     order by run.started_at desc, run.job_id, run.run_key
     limit $1`,
    values,
  );
  return rows;
}

/** Ids first, so that the planner sees a handful of keys of run_of_job_by_start and not a join of unknown size. */
async function jobIdsOf(client: Queryable, { job, jobId }: RunFilter): Promise<number[] | null> {
  if (job === undefined) return jobId === undefined ? null : [jobId];
  const { rows } = await client.query<{ id: number }>(
    `select id from job where name = $1 and ($2::bigint is null or id = $2)`,
    [job, jobId ?? null],
  );
  return rows.map((row) => row.id);
}

async function jobIdsCalled(client: Queryable, text: string): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select id from job where strpos(lower(name), lower($1)) > 0`,
    [text],
  );
  return rows.map((row) => row.id);
}
