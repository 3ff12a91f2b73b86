import { WEEK_DAYS } from './feature.ts';

/** A job's chain: shares of failures after a good and after a failed step, steps of a day, and where it stands. */
export interface Chain {
  afterGood: number;
  afterFailed: number;
  stepsPerDay: number;
  lastFailed: boolean;
}

/** Probability of a failed step on a day with steps, when the step before it failed with a given probability. */
function failingDay({ afterGood, afterFailed, stepsPerDay }: Chain, failedBefore: number): number {
  const first = failedBefore * afterFailed + (1 - failedBefore) * afterGood;
  return 1 - (1 - first) * (1 - afterGood) ** (stepsPerDay - 1);
}

/**
 * Probability of at least one failed step in seven days. `active[d]`: probability that the job runs on day d. Exact for
 * the chain: without a failure so far, the step before is the one known at the cutoff, or a good one.
 */
export function weekProbability(chain: Chain, active: ArrayLike<number>): number {
  const first = failingDay(chain, chain.lastFailed ? 1 : 0);
  const later = failingDay(chain, 0);
  let notRun = 1;
  let good = 0;
  for (let d = 0; d < WEEK_DAYS; d++) {
    good = good * (1 - active[d]! * later) + notRun * active[d]! * (1 - first);
    notRun *= 1 - active[d]!;
  }
  return 1 - notRun - good;
}

/**
 * Probability of at least one failed step on each of seven days, whatever happens on the days before; written `into`, and
 * returned.
 */
export function dayProbabilities(chain: Chain, active: ArrayLike<number>, into: number[] = []): number[] {
  const { afterGood, afterFailed, stepsPerDay } = chain;
  const persistence = afterFailed - afterGood;
  const settled = afterGood / (1 - persistence);
  // Whole steps: a chain that swings to and fro has no power in between.
  const memory = persistence ** Math.round(stepsPerDay);
  let failed = chain.lastFailed ? 1 : 0;
  for (let d = 0; d < WEEK_DAYS; d++) {
    into[d] = active[d]! * failingDay(chain, failed);
    // A chain of two states forgets geometrically: Feller, "An introduction to probability theory", XV.2.
    const after = settled + memory * (failed - settled);
    failed = active[d]! * after + (1 - active[d]!) * failed;
  }
  return into;
}
