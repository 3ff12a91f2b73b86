import { applyCalibrator } from '../evaluation/calibrate.ts';
import type { Matrices } from '../features/build-matrices.ts';
import { WEEK_DAYS } from '../features/feature.ts';
import { columnNamed } from '../features/feature-matrix.ts';
import { type ForecastModel, type Head, rawProbabilities } from './artifact.ts';
import { intervalAround } from './interval.ts';
import { youngJobs } from './young-jobs.ts';

/** Lower and upper bound of a probability; null: not enough data to say. */
export type Interval = [low: number, high: number] | null;

export interface CandidateProbabilities {
  /** One per row of the week matrix. */
  week: Float64Array;
  /** Seven per row of the week matrix. */
  day: Float64Array;
  /** 1 where there is not enough data of the job and the rate of its group answers. */
  groupRate: Uint8Array;
  /** Around `week`. Null for young jobs, and where the model has none. */
  weekInterval: Interval[];
  /** Around `day`. */
  dayInterval: Interval[];
}

/**
 * What is told to people, and what is tested: calibrated probabilities of both heads, the group's rate for
 * young jobs, and days that agree with their week.
 */
export function predictCandidates(model: ForecastModel, matrices: Matrices): CandidateProbabilities {
  const rawWeek = rawProbabilities(model.week, matrices.week);
  const rawDay = rawProbabilities(model.day, matrices.day);
  const week = applyCalibrator(model.week.calibrator, rawWeek);
  const day = applyCalibrator(model.day.calibrator, rawDay);
  const weekRate = columnNamed(matrices.week, 'group_window_rate');
  const dayRate = columnNamed(matrices.week, 'group_day_rate');
  const groupRate = youngJobs(matrices.week);
  for (let r = 0; r < week.length; r++) {
    const days = day.subarray(r * WEEK_DAYS, (r + 1) * WEEK_DAYS);
    if (groupRate[r] === 1) {
      week[r] = weekRate[r]!;
      days.fill(dayRate[r]!);
    }
    week[r] = reconcile(week[r]!, days);
  }
  const around = ({ interval }: Head, raw: Float64Array, told: Float64Array, rowsPerJob: number) =>
    Array.from(told, (p, r): Interval => {
      if (interval === null || groupRate[Math.floor(r / rowsPerJob)] === 1) return null;
      return intervalAround(interval, raw[r]!, p);
    });
  return {
    week,
    day,
    groupRate,
    weekInterval: around(model.week, rawWeek, week, 1),
    dayInterval: around(model.day, rawDay, day, WEEK_DAYS),
  };
}

/**
 * Makes max(days) <= week <= sum(days) hold. The week is the better founded figure, so the days give way: none
 * may exceed the week, and when together they fall short of it they are raised in proportion.
 *
 * @param days changed in place
 * @returns the week, lowered by a rounding where the raised days still miss it
 */
export function reconcile(week: number, days: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < days.length; d++) {
    days[d] = Math.min(days[d]!, week);
    sum += days[d]!;
  }
  if (sum >= week) return week;
  let raised = 0;
  for (let d = 0; d < days.length; d++) {
    days[d] = sum > 0 ? Math.min(week, days[d]! * (week / sum)) : week / days.length;
    raised += days[d]!;
  }
  return Math.max(Math.min(week, raised), ...days);
}
