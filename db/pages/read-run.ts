import type { Queryable } from '../pool.ts';
import { RUN_COLUMNS, type RunRow } from './read-runs.ts';

export interface RunState {
  status: RunRow['status'];
  startedAt: Date;
  endedAt: Date | null;
  durationMs: number | null;
  /** When it was known. */
  knownAt: Date;
  sha256: string | null;
  file: string | null;
  source: string | null;
  rowNumber: number;
}

export interface RunDetailRow extends RunRow {
  criticality: number;
  knownAt: Date;
  query: string | null;
  /** Columns that no contract names, as they came. */
  extra: Record<string, string> | null;
  /** What was told of it, the newest first: the first is what it is taken for. */
  states: RunState[];
  incidents: { id: number; kind: string; severity: string; state: string }[];
  slot: { dueAt: Date; outcome: string | null } | null;
}

const MOST_STATES = 50;

/** A run with all that was told of it; null when there is none. */
export async function readRun(
  client: Queryable,
  jobId: number,
  runKey: string,
): Promise<RunDetailRow | null> {
  const { rows } = await client.query<
    Omit<RunDetailRow, 'states' | 'incidents' | 'slot'> & RunState & { digest: number }
  >(
    `select ${RUN_COLUMNS}, job.criticality, run.known_at as "knownAt", left(run.query, 10000) as query,
       case when length(run.extra::text) <= 20000 then run.extra end as extra,
       file.sha256, file.name as file, file.source, run.row_number as "rowNumber"
     from run join job on job.id = run.job_id left join file on file.id = run.file_id
     where run.job_id = $1 and run.run_key = $2
     order by run.known_at desc, (run.status = 'running'), run.digest limit ${MOST_STATES}`,
    [jobId, runKey],
  );
  const latest = rows[0];
  if (latest === undefined) return null;
  const incidents = await client.query<RunDetailRow['incidents'][number]>(
    `select distinct incident.id, finding.kind, incident.severity, incident.state
     from finding join incident on incident.id = finding.incident_id
     where finding.job_id = $1 and finding.run_key = $2 order by incident.id desc limit 20`,
    [jobId, runKey],
  );
  const slots = await client.query<{ dueAt: Date; outcome: string | null }>(
    `select due as "dueAt", outcome from expectation where job_id = $1 and run_key = $2 order by due limit 1`,
    [jobId, runKey],
  );
  const { sha256: _, file: _file, source: _source, rowNumber: _row, ...run } = latest;
  return {
    ...run,
    states: rows.map(
      ({ status, startedAt, endedAt, durationMs, knownAt, sha256, file, source, rowNumber }) => ({
        ...{ status, startedAt, endedAt, durationMs, knownAt, sha256, file, source, rowNumber },
      }),
    ),
    incidents: incidents.rows,
    slot: slots.rows[0] ?? null,
  };
}
