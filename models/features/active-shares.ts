import { DAY_MS, WEEK_DAYS } from './feature.ts';
import type { ClosingTrials } from './month-end-excess.ts';
import type { VisibleHistory } from './visible-history.ts';

/** A job with this many days at month ends, and at most this share of others, runs at month ends only. */
const MIN_CLOSINGS = 3;
const MOST_OTHERS = 0.1;
const CLOSINGS_A_YEAR = 36;
const MONTH_DAYS = 365.25 / 12;
const SUREST = 0.99;

/**
 * How sure it is that the job runs on each of the seven days ahead: by this weekday, the last week, the last four; of a
 * job that runs at month ends only, by whether the day is one.
 *
 * @param month number of runs before the last 28 days
 * @param isClosing whether each of the days is at a month end
 */
export function activeShares(
  history: VisibleHistory,
  cutoff: number,
  month: number,
  closings: ClosingTrials,
  isClosing: readonly boolean[],
): number[] {
  if (closings.active >= MIN_CLOSINGS && closings.otherActive <= closings.active * MOST_OTHERS) {
    const months = Math.max(1, Math.round((cutoff - history.startedAt[0]!) / (MONTH_DAYS * DAY_MS)));
    const share = Math.min(SUREST, closings.active / Math.min(CLOSINGS_A_YEAR, 3 * months));
    return isClosing.map((is) => (is ? share : 1 - SUREST));
  }
  const end = history.count;
  const { activeDays } = history.totals;
  const { weekdayActive } = history;
  const ageDays = Math.max(1, (cutoff - history.startedAt[0]!) / DAY_MS);
  const weeks = Math.max(1, Math.min(4, Math.floor(ageDays / WEEK_DAYS)));
  const week = history.before(cutoff - WEEK_DAYS * DAY_MS);
  const lastWeek = (activeDays[end]! - activeDays[week]!) / WEEK_DAYS;
  const lastMonth = (activeDays[end]! - activeDays[month]!) / Math.max(1, Math.min(28, ageDays));
  return Array.from({ length: WEEK_DAYS }, (_, d) => {
    const slot = (((history.dayOf(cutoff) + d) % 7) + 7) % 7;
    const sameWeekday =
      (weekdayActive[7 * activeDays[end]! + slot]! - weekdayActive[7 * activeDays[month]! + slot]!) / weeks;
    const share = 0.5 * sameWeekday + 0.3 * lastWeek + 0.2 * lastMonth;
    return Math.max(1 - SUREST, Math.min(SUREST, share));
  });
}
