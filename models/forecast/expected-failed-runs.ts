import { type Chain, weekProbability } from '../features/forecast-chain.ts';

/**
 * Failed runs that the chain alone expects in seven days. With λ = afterFailed − afterGood and the settled share
 * s = afterGood ÷ (1 − λ), the k-th run after one that failed with probability f fails with s + λᵏ (f − s); these add up
 * over the runs of each day, as sure as the job runs on it (`active`). A part of a run counts as that part.
 */
export function chainFailures(chain: Chain, active: ArrayLike<number>): number {
  const { afterGood, afterFailed, stepsPerDay, lastFailed } = chain;
  const persistence = afterFailed - afterGood;
  const settled = afterGood / (1 - persistence);
  const whole = Math.floor(stepsPerDay);
  const overWhole = persistence ** whole;
  /** λ + λ² + … over the runs of a day, the last one a part. */
  const echo =
    (persistence * (1 - overWhole)) / (1 - persistence) + (stepsPerDay - whole) * overWhole * persistence;
  const memory = persistence ** Math.round(stepsPerDay);
  let failed = lastFailed ? 1 : 0;
  let sum = 0;
  for (let d = 0; d < active.length; d++) {
    sum += active[d]! * (settled * stepsPerDay + (failed - settled) * echo);
    failed += active[d]! * (settled - failed) * (1 - memory);
  }
  return sum;
}

/**
 * Failed runs expected in the week: probability of the week × the failed runs of a week that has any, which are
 * `chainFailures` ÷ the chain's own probability of such a week. So the figure is never below the probability it goes
 * with, and is the chain's own where the forecast agrees with the chain.
 *
 * @param probability told for the week
 * @param active how sure it is that the job runs on each of the seven days
 */
export function expectedFailedRuns(probability: number, chain: Chain, active: ArrayLike<number>): number {
  return probability * Math.max(1, chainFailures(chain, active) / weekProbability(chain, active));
}
