import type { JobHistory } from '../../records/job-history.ts';
import { CANCELLED, FAILED, RUNNING, SUCCEEDED } from '../../records/run.ts';
import { NEWS_DAYS } from '../news.ts';
import type { Edition, JobBaselines } from './job-baselines.ts';
import { learnHabits } from './learn-habits.ts';
import { FEWEST_RUNS, learnUsual, type Nearest } from './learn-usual.ts';

/** The columns of a history that baselines are learned from, by start; rows read where they are at hand. */
export type BaselineHistory = Pick<
  JobHistory,
  'startedAt' | 'knownAt' | 'durationMs' | 'status' | 'rowsWritten' | 'expectedRows'
> & { rowsRead?: Float64Array };

const DAY_MS = 86_400_000;
/** A year and its month ends; of a frequent job four weeks. What was before is another job. */
const OLDEST_DAYS = 400;
const MOST_RUNS = 2000;

/** Runs that the older edition is surely made without, however seldom the job runs. */
const LAST_RUNS = 3;

/** However regular a job is: nobody looks at a run that took half as long again, or half as long. */
const DURATION: Nearest = { above: Math.log(1.5), below: Math.log(2) };
const ROWS: Nearest = { above: Math.log(1.5), below: Math.log(1 / 0.9) };
const RATIO: Nearest = { above: Math.log(1.5), below: Math.log(1 / 0.95) };

/**
 * What is usual of a job's runs, from those that began and were known before `asOfMs`.
 *
 * @returns null with fewer than FEWEST_RUNS finished ones: there is not enough data to call anything normal
 */
export function learnBaselines(history: BaselineHistory, asOfMs: number): JobBaselines | null {
  const newest = learnEdition(history, asOfMs);
  if (newest === null) return null;
  const older = learnEdition(history, cutBefore(history, asOfMs));
  return { asOfMs, editions: older === null ? [newest] : [newest, older] };
}

/** An instant that news, and the last runs of a job that runs seldom, are not before. */
function cutBefore({ startedAt, status }: BaselineHistory, asOfMs: number): number {
  let cut = asOfMs - NEWS_DAYS * DAY_MS;
  let left = LAST_RUNS;
  for (let i = startedAt.length - 1; i >= 0 && left > 0; i--) {
    if (startedAt[i]! >= asOfMs || status[i] === RUNNING || status[i] === CANCELLED) continue;
    cut = Math.min(cut, startedAt[i]!);
    left--;
  }
  return cut;
}

function learnEdition(history: BaselineHistory, cutMs: number): Edition | null {
  const { startedAt, knownAt, status } = history;
  const finished: number[] = [];
  for (let i = startedAt.length - 1; i >= 0 && finished.length < MOST_RUNS; i--) {
    if (startedAt[i]! < cutMs - OLDEST_DAYS * DAY_MS) break;
    if (startedAt[i]! >= cutMs || !(knownAt[i]! <= cutMs)) continue;
    if (status[i] === SUCCEEDED || status[i] === FAILED) finished.push(i);
  }
  if (finished.length < FEWEST_RUNS) return null;
  finished.reverse();
  const succeeded = finished.filter((i) => status[i] === SUCCEEDED);
  const { durationMs, rowsWritten, expectedRows, rowsRead } = history;
  const learn = (nearest: Nearest, over: Float64Array, under?: Float64Array) =>
    learnLogarithms(succeeded, startedAt, nearest, over, under);
  return {
    cutMs,
    runs: finished.length,
    duration: learn(DURATION, durationMs),
    rows: learn(ROWS, rowsWritten),
    empty: {
      runs: succeeded.filter((i) => rowsWritten[i]! >= 0).length,
      times: succeeded.filter((i) => rowsWritten[i] === 0).length,
    },
    rowsPerExpected: learn(RATIO, rowsWritten, expectedRows),
    rowsPerRead: rowsRead === undefined ? null : learn(RATIO, rowsWritten, rowsRead),
    ...learnHabits(history, finished),
  };
}

/** Of one number over another, those that are both positive: what is told, and has a logarithm. */
function learnLogarithms(
  runs: readonly number[],
  startedAt: Float64Array,
  nearest: Nearest,
  over: Float64Array,
  under?: Float64Array,
) {
  const told = runs.filter((i) => over[i]! > 0 && (under === undefined || under[i]! > 0));
  const values = Float64Array.from(told, (i) => Math.log(over[i]! / (under === undefined ? 1 : under[i]!)));
  return learnUsual(
    values,
    Float64Array.from(told, (i) => startedAt[i]!),
    nearest,
  );
}
