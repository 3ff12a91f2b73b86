/** Days at month ends with a run, and how many of them failed; the same of all other days. */
export interface ClosingTrials {
  active: number;
  failed: number;
  otherActive: number;
  otherFailed: number;
}

/** Chances that a day fails because it is at a month end: from not at all to nearly every second one. */
export const EXCESSES = [0, 0.03, 0.06, 0.12, 0.24, 0.48] as const;
/** Other days that no job's own are worth, and how many of them fail. */
const PRIOR_DAYS = 4;
const PRIOR_FAILED = 0.2;
/** Worth this many jobs, nearly all of which do not mind the month. */
const FIRST_JOBS = 5;
const FIRST_WEIGHTS = [0.9, 0.02, 0.02, 0.02, 0.02, 0.02] as const;
const ROUNDS = 20;

/**
 * How many jobs have which excess, learned from all of them by expectation and maximisation on a grid, as `poolLevels`
 * learns levels.
 */
export function poolExcesses(jobs: readonly ClosingTrials[]): Float64Array {
  const likelihoods = jobs.map(likelihoodOf);
  const shares = new Float64Array(EXCESSES.length);
  let weights = Float64Array.from(FIRST_WEIGHTS);
  for (let round = 0; round < ROUNDS; round++) {
    const next = Float64Array.from(FIRST_WEIGHTS, (weight) => weight * FIRST_JOBS);
    for (const likelihood of likelihoods) {
      sharesOf(weights, likelihood, shares);
      for (let k = 0; k < next.length; k++) next[k]! += shares[k]!;
    }
    weights = next.map((sum) => sum / (likelihoods.length + FIRST_JOBS));
  }
  return weights;
}

/** How likely each of EXCESSES is that of the job. */
export const excessesOf = (weights: Float64Array, job: ClosingTrials): Float64Array =>
  sharesOf(weights, likelihoodOf(job), new Float64Array(EXCESSES.length));

/** Written into `shares`, and returned. */
function sharesOf(weights: Float64Array, likelihood: Float64Array, shares: Float64Array): Float64Array {
  let sum = 0;
  for (let k = 0; k < shares.length; k++) {
    shares[k] = weights[k]! * likelihood[k]!;
    sum += shares[k]!;
  }
  for (let k = 0; k < shares.length; k++) shares[k] = shares[k]! / sum;
  return shares;
}

function likelihoodOf({ active, failed, otherActive, otherFailed }: ClosingTrials): Float64Array {
  const usual = (otherFailed + PRIOR_FAILED) / (otherActive + PRIOR_DAYS);
  const logs = EXCESSES.map((excess) => {
    const fails = 1 - (1 - usual) * (1 - excess);
    return failed * Math.log(fails) + (active - failed) * Math.log1p(-fails);
  });
  const highest = Math.max(...logs);
  return Float64Array.from(logs, (log) => Math.exp(log - highest));
}
