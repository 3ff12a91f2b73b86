import { DAY_MS, WEEK_DAYS } from './feature.ts';

/** Steps between cutoffs, in days. Multiples of a week keep the weekday of the forecast. */
const STEPS_DAYS = [1, 2, 3, 7, 14, 28];
/** With more history than this, windows that do not overlap are plenty. */
const LONG_HISTORY_DAYS = 270;
const MIN_HISTORY_DAYS = 28;
const SHORT_MIN_HISTORY_DAYS = 7;
/** Below this, four weeks of waiting would leave too few cutoffs. */
const SHORT_HISTORY_DAYS = 84;

export interface CutoffPlan {
  /** Ascending, epoch milliseconds; the last is a week before the snapshot cutoff. */
  cutoffs: number[];
  stepDays: number;
  minHistoryDays: number;
}

/**
 * The instants at which past forecasts are replayed, going back from a week before the snapshot cutoff, so
 * that every label window has closed.
 *
 * @param firstRunAt start of the estate's first known run
 * @param candidatesPerCutoff about how many jobs are candidates at one instant
 * @param maxRows bound on candidates × cutoffs
 */
export function trainingCutoffs(plan: {
  snapshotCutoff: number;
  firstRunAt: number;
  candidatesPerCutoff: number;
  maxRows: number;
}): CutoffPlan {
  const last = plan.snapshotCutoff - WEEK_DAYS * DAY_MS;
  const spanDays = (plan.snapshotCutoff - plan.firstRunAt) / DAY_MS;
  const minHistoryDays = spanDays < SHORT_HISTORY_DAYS ? SHORT_MIN_HISTORY_DAYS : MIN_HISTORY_DAYS;
  const usableDays = (last - plan.firstRunAt) / DAY_MS - minHistoryDays;
  if (!(usableDays >= 0)) return { cutoffs: [], stepDays: 1, minHistoryDays };
  const steps = spanDays > LONG_HISTORY_DAYS ? STEPS_DAYS.filter((days) => days % 7 === 0) : STEPS_DAYS;
  const countAt = (stepDays: number) => Math.floor(usableDays / stepDays) + 1;
  const fits = (stepDays: number) => countAt(stepDays) * plan.candidatesPerCutoff <= plan.maxRows;
  const stepDays = steps.find(fits) ?? STEPS_DAYS.at(-1)!;
  // When even four-weekly cutoffs are too many, the most recent ones stay.
  const affordable = Math.max(1, Math.floor(plan.maxRows / Math.max(1, plan.candidatesPerCutoff)));
  const count = Math.min(countAt(stepDays), affordable);
  const cutoffs = Array.from({ length: count }, (_, i) => last - (count - 1 - i) * stepDays * DAY_MS);
  return { cutoffs, stepDays, minHistoryDays };
}
