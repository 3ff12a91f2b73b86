import { MADE_UP_START, type MadeUpRun, madeUpJob } from '../../features/made-up-jobs.ts';
import { seededRandom } from '../../random.ts';
import type { RunFact } from '../job-facts.ts';
import type { BaselineHistory } from './learn-baselines.ts';

const HOUR_MS = 3_600_000;
/** For tests: the first instant after the made-up past of `daily(days)`. */
export const afterDays = (days: number): number => MADE_UP_START + days * 24 * HOUR_MS;

/** For tests: a job that runs at six every day, ten minutes give or take 10 %, and writes 1,000 rows likewise. */
export function daily(
  days: number,
  change: (run: MadeUpRun, day: number) => Partial<MadeUpRun> = () => ({}),
) {
  const random = seededRandom(days);
  return Array.from({ length: days }, (_, day): MadeUpRun => {
    const startedAt = afterDays(day) + 6 * HOUR_MS;
    const run: MadeUpRun = {
      startedAt,
      status: 'succeeded',
      durationMs: Math.round(600_000 * Math.exp(0.1 * random.normal())),
      rowsWritten: Math.round(1000 * Math.exp(0.1 * random.normal())),
    };
    const changed = { ...run, ...change(run, day) };
    return { knownAt: changed.startedAt + (changed.durationMs || 0), ...changed };
  });
}

export const historyOf = (runs: MadeUpRun[]): BaselineHistory => madeUpJob(1, runs);

/** The same runs as the rules get them; their keys are their places. */
export const factsOf = (runs: readonly MadeUpRun[]): RunFact[] =>
  runs.map((run, place) => ({
    runKey: String(place),
    status: run.status,
    startedAtMs: run.startedAt,
    endedAtMs: run.durationMs === undefined ? null : run.startedAt + run.durationMs,
    durationMs: run.durationMs ?? null,
    knownAtMs: run.knownAt ?? run.startedAt,
    host: null,
    rowsRead: null,
    rowsWritten: run.rowsWritten ?? null,
    expectedRows: run.expectedRows ?? null,
    error: run.error ?? null,
    anomalies: [],
  }));
