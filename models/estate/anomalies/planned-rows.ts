import type { EstateJob } from '../job.ts';
import type { RunRow } from '../run-row.ts';

/** One planned run of a day and what it left in the log: a row an attempt, none when it was skipped. */
export interface PlannedRows {
  job: EstateJob;
  rows: RunRow[];
  /** When it started, before anything was done to it. */
  startMs: number;
  /** Already part of an anomaly. */
  taken: boolean;
}

/** The day's rows by the run that was planned, in the order in which they were to start. */
export function plannedRows(runs: readonly RunRow[], jobs: ReadonlyMap<string, EstateJob>): PlannedRows[] {
  const byPlan = Map.groupBy(runs, ({ runId }) => runId.slice(0, runId.lastIndexOf('.')));
  return [...byPlan.values()]
    .map((rows) => ({ job: jobs.get(rows[0]!.job)!, rows, startMs: rows[0]!.startedAt, taken: false }))
    .sort((a, b) => a.startMs - b.startMs || a.job.index - b.job.index);
}

/** A run with another start and length; the log is as late as it was. */
export function retimed(run: RunRow, startedAt: number, durationMs: number): RunRow {
  const endedAt = startedAt + durationMs;
  return { ...run, startedAt, endedAt, durationMs, knownAt: endedAt + (run.knownAt - run.endedAt!) };
}

/** The rows of one planned run, all later by the same time. */
export const delayed = (rows: readonly RunRow[], byMs: number): RunRow[] =>
  rows.map((run) => retimed(run, run.startedAt + byMs, run.durationMs!));

/** The run as it is logged when it ends badly at an instant. */
export function failedRun(run: RunRow, durationMs: number, error: string, failedWord: string): RunRow {
  return {
    ...retimed(run, run.startedAt, durationMs),
    status: 'failed',
    statusWord: failedWord,
    rowsRead: Math.round(run.rowsRead! * Math.min(1, (0.8 * durationMs) / Math.max(1, run.durationMs!))),
    rowsWritten: 0,
    error,
  };
}

const SECOND_MS = 1000;
/** Whole seconds, as logs tell them; at least one. */
export const wholeSeconds = (ms: number): number => Math.max(1, Math.round(ms / SECOND_MS)) * SECOND_MS;
