import type { HostSeries, JobHistory } from '../../models/records/job-history.ts';
import { RUN_STATUSES } from '../../models/records/run.ts';
import { COLLECTED, knownAt } from '../known-at.ts';
import type { Queryable } from '../pool.ts';

interface HistoryRow {
  jobId: number;
  namespace: string;
  job: string;
  owner: string | null;
  host: string | null;
  criticality: number;
  startedAt: number[];
  knownAt: number[];
  startKnownAt?: (number | null)[];
  durationMs: (number | null)[];
  status: string[];
  rowsWritten: (number | null)[];
  expectedRows: (number | null)[];
  error: string[];
}

const numbers = (values: (number | null)[]): Float64Array =>
  Float64Array.from(values, (value) => value ?? Number.NaN);

const STARTS_TOLD = `, begun as (
  select job_id, run_key, min(known_at) as begun_known_at
  from run where status = 'running' and known_at <= $1 and ($2::bigint[] is null or job_id = any($2))
  group by job_id, run_key)`;

/**
 * Every job's runs as known at `asOf`: of a run told several times, the newest state known by then.
 *
 * A run still `running` then is left out: it has not ended as anything.
 *
 * @param jobIds only these; left out, all
 * @param withStarts when each run's start was told as well: another pass over the runs
 */
export async function loadHistories(
  client: Queryable,
  asOf: Date,
  { jobIds = null, withStarts = false }: { jobIds?: readonly number[] | null; withStarts?: boolean } = {},
): Promise<JobHistory[]> {
  const { rows } = await client.query<HistoryRow>(
    `with known as (
       select distinct on (job_id, run_key) *
       from run where known_at <= $1 and ($2::bigint[] is null or job_id = any($2))
       order by job_id, run_key, known_at desc, (status = 'running'), digest)
       ${withStarts ? STARTS_TOLD : ''}
     select job.id as "jobId", job.namespace, job.name as job, job.owner, job.host, job.criticality,
       array_agg((extract(epoch from started_at) * 1000)::float8 order by started_at, run_key) as "startedAt",
       array_agg((extract(epoch from known_at) * 1000)::float8 order by started_at, run_key) as "knownAt",
       ${
         withStarts
           ? `array_agg((extract(epoch from begun_known_at) * 1000)::float8 order by started_at, run_key)
                as "startKnownAt",`
           : ''
       }
       array_agg(duration_ms::float8 order by started_at, run_key) as "durationMs",
       array_agg(status::text order by started_at, run_key) as status,
       array_agg(rows_written::float8 order by started_at, run_key) as "rowsWritten",
       array_agg(expected_rows::float8 order by started_at, run_key) as "expectedRows",
       array_agg(coalesce(left(error, 200), '') order by started_at, run_key) as error
     from known join job on job.id = known.job_id ${withStarts ? 'left join begun using (job_id, run_key)' : ''}
     where status <> 'running'
     group by job.id order by job.namespace, job.name`,
    [asOf, jobIds],
  );
  return rows.map((row) => ({
    jobId: row.jobId,
    namespace: row.namespace,
    job: row.job,
    owner: row.owner,
    host: row.host,
    criticality: row.criticality,
    startedAt: Float64Array.from(row.startedAt),
    knownAt: Float64Array.from(row.knownAt),
    ...(row.startKnownAt && { startKnownAt: numbers(row.startKnownAt) }),
    durationMs: numbers(row.durationMs),
    status: Uint8Array.from(row.status, (status) => RUN_STATUSES.indexOf(status as never)),
    rowsWritten: numbers(row.rowsWritten),
    expectedRows: numbers(row.expectedRows),
    error: row.error,
  }));
}

/** Every server metric as known at `asOf`. */
export async function loadHostSeries(
  client: Queryable,
  asOf: Date,
  time: 'wall' | 'data',
): Promise<HostSeries[]> {
  const { rows } = await client.query<
    Pick<HostSeries, 'host' | 'metric'> & Record<'ts' | 'knownAt' | 'value', number[]>
  >(
    `with ${COLLECTED}, known as (
       select host, metric, ts, value, ${knownAt('ts', '$2')} as known_at
       from metric_sample left join file on file.id = file_id left join collected using (source) where ts <= $1)
     select host, metric, array_agg((extract(epoch from ts) * 1000)::float8 order by ts) as ts,
       array_agg((extract(epoch from known_at) * 1000)::float8 order by ts) as "knownAt",
       array_agg(value order by ts) as value
     from known where known_at <= $1 group by host, metric order by host, metric`,
    [asOf, time],
  );
  return rows.map((row) => ({
    host: row.host,
    metric: row.metric,
    ts: Float64Array.from(row.ts),
    knownAt: Float64Array.from(row.knownAt),
    value: Float64Array.from(row.value),
  }));
}
