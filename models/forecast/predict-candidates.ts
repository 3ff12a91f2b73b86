import type { Matrices } from '../features/build-matrices.ts';
import { WEEK_DAYS } from '../features/feature.ts';
import { columnNamed } from '../features/feature-matrix.ts';
import { type ForecastModel, headProbabilities } from './artifact.ts';

/** With fewer runs than this nothing is known of the job itself; its group's rate is told instead. */
export const MIN_RUNS_OF_JOB = 5;

export interface CandidateProbabilities {
  /** One per row of the week matrix. */
  week: Float64Array;
  /** Seven per row of the week matrix. */
  day: Float64Array;
  /** 1 where the job has too few runs and the rate of its group answers. */
  groupRate: Uint8Array;
}

/**
 * What is told to people, and what is tested: calibrated probabilities of both heads, the group's rate for
 * young jobs, and days that agree with their week.
 */
export function predictCandidates(model: ForecastModel, matrices: Matrices): CandidateProbabilities {
  const week = headProbabilities(model.week, matrices.week);
  const day = headProbabilities(model.day, matrices.day);
  const runs = columnNamed(matrices.week, 'runs_all');
  const weekRate = columnNamed(matrices.week, 'group_window_rate');
  const dayRate = columnNamed(matrices.week, 'group_day_rate');
  const groupRate = new Uint8Array(week.length);
  for (let r = 0; r < week.length; r++) {
    const days = day.subarray(r * WEEK_DAYS, (r + 1) * WEEK_DAYS);
    if (runs[r]! < MIN_RUNS_OF_JOB) {
      groupRate[r] = 1;
      week[r] = weekRate[r]!;
      days.fill(dayRate[r]!);
    }
    week[r] = reconcile(week[r]!, days);
  }
  return { week, day, groupRate };
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
