import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';

/** 1970-01-05, the first Monday, as days since the epoch. */
const MONDAY = 4;
/** A window may end this much after the last run began: a log written to the second is not cut short by it. */
const SLACK_MS = 1_000;

export interface BacktestGrid {
  /** Ascending, epoch milliseconds, at 00:00 UTC. */
  cutoffs: number[];
  /** The first of the test; null without cutoffs. */
  firstTest: number | null;
}

export interface GridOptions {
  horizonDays: number;
  stepDays: number;
  /** Days between the first midnight and the first cutoff, at least. */
  minHistoryDays: number;
  /** Share of the cutoffs, counted from the latest, that is the test. */
  testShare: number;
}

/**
 * The instants at which a backtest forecasts: every `stepDays` from the midnight before the first run on, or, where
 * the step is whole weeks, from the first Monday at or after it; the last one early enough for its window to close
 * before the last run.
 */
export function backtestGrid(firstRunAt: number, lastRunAt: number, options: GridOptions): BacktestGrid {
  const { horizonDays, stepDays, minHistoryDays, testShare } = options;
  const firstDay = Math.floor(firstRunAt / DAY_MS);
  const toMonday = (((MONDAY - firstDay) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS;
  const start = (firstDay + (stepDays % WEEK_DAYS === 0 ? toMonday : 0)) * DAY_MS;
  const end = lastRunAt - horizonDays * DAY_MS + SLACK_MS;
  const cutoffs: number[] = [];
  for (let cutoff = start; cutoff < end; cutoff += stepDays * DAY_MS) {
    if (cutoff >= (firstDay + minHistoryDays) * DAY_MS) cutoffs.push(cutoff);
  }
  const at = Math.min(cutoffs.length - 1, Math.ceil(cutoffs.length * (1 - testShare)));
  return { cutoffs, firstTest: cutoffs[at] ?? null };
}
