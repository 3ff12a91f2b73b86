import type { Queryable } from '../pool.ts';
import type { RunRow } from './read-runs.ts';

export interface DurationPoint {
  runKey: string;
  startedAt: Date;
  durationMs: number;
  status: RunRow['status'];
  rowsWritten: number | null;
}

/** A series by columns: of ten thousand points a JSON array is read ten times as fast as rows. */
interface DurationColumns {
  /** null: no run. */
  runKey: string[] | null;
  startedMs: number[];
  durationMs: number[];
  status: DurationPoint['status'][];
  rowsWritten: (number | null)[];
}

/** What is asked of at once: a job that runs every minute, two weeks. */
export const MOST_POINTS = 20_000;

/** What the runs of a job took that ended, by their start; of more than can be read the newest. */
export async function readDurations(
  client: Queryable,
  { jobId, from, to }: { jobId: number; from: Date; to: Date },
): Promise<DurationPoint[]> {
  const { rows } = await client.query<DurationColumns>(
    `select json_agg(run_key) as "runKey", json_agg(started_ms) as "startedMs", json_agg(duration_ms) as "durationMs",
       json_agg(status) as status, json_agg(rows_written) as "rowsWritten"
     from (
       select run_key, trunc(extract(epoch from started_at) * 1000)::bigint as started_ms, duration_ms, status, rows_written
       from (
         select distinct on (run_key) run_key, started_at, duration_ms, status, rows_written
         from (select * from run where job_id = $1 and started_at >= $2 and started_at < $3
               order by started_at desc limit ${MOST_POINTS}) as state
         order by run_key, known_at desc, (status = 'running'), digest) as run
       where duration_ms is not null and status <> 'running'
       order by started_at, run_key) as ended`,
    [jobId, from, to],
  );
  const { runKey, startedMs, durationMs, status, rowsWritten } = rows[0]!;
  return (runKey ?? []).map((key, i) => ({
    runKey: key,
    startedAt: new Date(startedMs[i]!),
    durationMs: durationMs[i]!,
    status: status[i]!,
    rowsWritten: rowsWritten[i]!,
  }));
}
