import type { Queryable } from './pool.ts';
import type { RunRow } from './read-runs.ts';

export interface DurationPoint {
  runKey: string;
  startedAt: Date;
  durationMs: number;
  status: RunRow['status'];
  rowsWritten: number | null;
}

/** What is asked of at once: a job that runs every minute, ten weeks. */
export const MOST_POINTS = 100_000;

/** What the runs of a job took that ended, by their start; of more than can be read the newest. */
export async function readDurations(
  client: Queryable,
  { jobId, from, to }: { jobId: number; from: Date; to: Date },
): Promise<DurationPoint[]> {
  const { rows } = await client.query<DurationPoint>(
    `select * from (
       select distinct on (run_key) run_key as "runKey", started_at as "startedAt", duration_ms as "durationMs",
         status, rows_written as "rowsWritten"
       from (select * from run where job_id = $1 and started_at >= $2 and started_at < $3
             order by started_at desc limit ${MOST_POINTS}) as state
       order by run_key, known_at desc, (status = 'running'), digest) as run
     where "durationMs" is not null and status <> 'running'
     order by "startedAt", "runKey"`,
    [jobId, from, to],
  );
  return rows;
}
