import type { MadeUpRun } from '../../features/made-up-jobs.ts';
import { learnBaselines } from '../baselines/learn-baselines.ts';
import { afterDays, daily, factsOf, historyOf } from '../baselines/made-up-past.ts';
import { detectJob } from '../detect-job.ts';
import type { Finding, FindingKind } from '../finding.ts';
import type { JobFacts, RunFact } from '../job-facts.ts';
import { type JobOverrides, NO_OVERRIDES } from '../job-overrides.ts';
import type { SlotFact } from '../schedule/slot.ts';

/** For tests: the days of the past that the made-up job is judged by. */
export const PAST_DAYS = 60;
export const NOW = afterDays(PAST_DAYS);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

export interface Look {
  /** The past; that of a job at six every day, of ten minutes and 1,000 rows, unless told otherwise. */
  past?: MadeUpRun[];
  /** Runs since, as told; what is not told is as usual. */
  runs?: Partial<RunFact>[];
  slots?: SlotFact[];
  overrides?: Partial<JobOverrides>;
  asOfMs?: number;
  newsSinceMs?: number;
  open?: readonly string[];
  /** Nothing is known of the past. */
  young?: boolean;
}

/** For tests: a run at six of the first day after the past, ten minutes, 1,000 rows; known when it ends. */
export function runOf(told: Partial<RunFact> = {}): RunFact {
  const startedAtMs = told.startedAtMs ?? NOW + 6 * HOUR_MS;
  const status = told.status ?? 'succeeded';
  const ended = status !== 'running';
  const durationMs = told.durationMs === undefined ? (ended ? 600_000 : null) : told.durationMs;
  const endedAtMs = durationMs === null ? null : startedAtMs + durationMs;
  return {
    runKey: 'now',
    status,
    startedAtMs,
    endedAtMs,
    durationMs,
    knownAtMs: endedAtMs ?? startedAtMs,
    host: null,
    rowsRead: null,
    rowsWritten: ended ? 1000 : null,
    expectedRows: null,
    error: status === 'failed' ? 'ORA-01555 snapshot too old' : null,
    anomalies: [],
    ...told,
  };
}

/** For tests: everything found of the made-up job, by default a day after its past, since its past. */
export function look(at: Look): Finding[] {
  const past = at.past ?? daily(PAST_DAYS);
  const facts: JobFacts = {
    jobId: 7,
    namespace: 'made-up',
    job: 'job',
    owner: null,
    host: null,
    criticality: 3,
    runs: [...factsOf(past).slice(-20), ...(at.runs ?? []).map(runOf)],
    slots: at.slots ?? [],
  };
  const asOfMs = at.asOfMs ?? NOW + 12 * HOUR_MS;
  const baselines = at.young ? null : learnBaselines(historyOf(past), NOW);
  const overrides = { ...NO_OVERRIDES, ...at.overrides };
  return detectJob(facts, baselines, overrides, asOfMs, at.newsSinceMs ?? NOW, new Set(at.open));
}

/** For tests: the same, of one kind. */
export const lookFor = (kind: FindingKind, at: Look): Finding[] =>
  look(at).filter((finding) => finding.kind === kind);
