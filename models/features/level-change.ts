/** Steps after a good one, and how many of them failed. */
export interface Trials {
  failed: number;
  tried: number;
}

/** Shares of failures that a job may have, and how many jobs have each: a distribution of any form. */
export interface LevelPrior {
  /** Weights of LEVELS; their sum is 1. */
  weights: Float64Array;
  /** Chance of a change of level at each step. */
  hazard: number;
}

/** From one failure in two years of days to one every second day. */
export const LEVELS: readonly number[] = Array.from(
  { length: 14 },
  (_, k) => 0.0015 * (0.6 / 0.0015) ** (k / 13),
);
const LOG_FAILED = LEVELS.map((level) => Math.log(level));
const LOG_GOOD = LEVELS.map((level) => Math.log1p(-level));
/** Worth this many jobs, so that no level is impossible. */
const EVEN_JOBS = 1;
const ROUNDS = 30;
/**
 * Chances of a change at a step, of which the likeliest is taken. None is higher: a bad week at the end of a month or on a
 * full disk is no new level, and a story that may change every hundred days takes it for one.
 */
const HAZARDS = [1 / 3000, 1 / 1000, 1 / 300];
/** How many steps ago the level may have changed; a change between two of them is told of the nearer one. */
export const CHANGE_STEPS = [14, 28, 56, 112, 224] as const;

/** Room for the likelihoods of one job at a time, by story and before a change: made anew they cost more than the sums. */
const SINCE = [0, ...CHANGE_STEPS].map(() => new Float64Array(LEVELS.length));
const BEFORE = new Float64Array(LEVELS.length);

/** A job as far as its level is concerned. */
export interface LevelTrials {
  all: Trials;
  /** Of the last k steps, one for each of CHANGE_STEPS. */
  recent: readonly Trials[];
}

/**
 * Learns from all jobs how many have which level, by expectation and maximisation on a grid: the nonparametric empirical
 * Bayes of Kiefer and Wolfowitz (1956); then how often levels change, by the likelihood of all stories (`levelsOf`).
 */
export function poolLevels(jobs: readonly LevelTrials[]): LevelPrior {
  let weights = new Float64Array(LEVELS.length).fill(1 / LEVELS.length);
  const likelihoods = jobs.map(({ all }) => {
    const values = new Float64Array(LEVELS.length);
    likelihoodInto(values, all.failed, all.tried);
    return values;
  });
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(LEVELS.length).fill(EVEN_JOBS / LEVELS.length);
    for (const likelihood of likelihoods) {
      const total = weightedSum(weights, likelihood);
      for (let k = 0; k < weights.length; k++) next[k]! += (weights[k]! * likelihood[k]!) / total;
    }
    weights = next.map((sum) => sum / (jobs.length + EVEN_JOBS));
  }
  return { weights, hazard: poolHazard(weights, jobs) };
}

function poolHazard(weights: Float64Array, jobs: readonly LevelTrials[]): number {
  const evidences = jobs.map((job) => storyEvidence(weights, job));
  const likelihoods = HAZARDS.map((hazard) =>
    evidences.reduce((sum, evidence, j) => {
      const stories = logStories(hazard, jobs[j]!.all.tried);
      return sum + logSum(evidence.map((value, story) => value + stories[story]!));
    }, 0),
  );
  return HAZARDS[likelihoods.indexOf(Math.max(...likelihoods))]!;
}

/**
 * How likely each of LEVELS is that of the job now. Its level never changed, or it did k steps ago, for each k of
 * CHANGE_STEPS within its history; before and after it is a draw of its own from those of all jobs: a change point model
 * (Barry and Hartigan, "A Bayesian analysis for change point problems", 1993) with one change.
 */
export function levelsOf({ weights, hazard }: LevelPrior, job: LevelTrials): Float64Array {
  const evidence = storyEvidence(weights, job);
  const stories = logStories(hazard, job.all.tried);
  const logs = evidence.map((value, story) => value + stories[story]!);
  const total = logSum(logs);
  const levels = new Float64Array(LEVELS.length);
  SINCE.forEach((values, story) => {
    const share = Math.exp(logs[story]! - total);
    if (share < 1e-9) return;
    const sum = weightedSum(weights, values);
    for (let k = 0; k < levels.length; k++) levels[k]! += (share * weights[k]! * values[k]!) / sum;
  });
  return levels;
}

/**
 * Writes the likelihoods of the levels, of which the largest is 1, into `values`; returns the log of what they were
 * divided by.
 */
function likelihoodInto(values: Float64Array, failed: number, tried: number): number {
  let log = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < values.length; k++) {
    const value = failed * LOG_FAILED[k]! + (tried - failed) * LOG_GOOD[k]!;
    values[k] = value;
    if (value > log) log = value;
  }
  for (let k = 0; k < values.length; k++) values[k] = Math.exp(values[k]! - log);
  return log;
}

function weightedSum(weights: Float64Array, values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += weights[k]! * values[k]!;
  return sum;
}

/** Log of the evidence of these trials; leaves the likelihoods of the levels in `values`. */
function logEvidence(weights: Float64Array, failed: number, tried: number, values: Float64Array): number {
  const log = likelihoodInto(values, failed, tried);
  return log + Math.log(weightedSum(weights, values));
}

/** Leaves, for each story that can be, the likelihoods of the levels since in SINCE. */
function storyEvidence(weights: Float64Array, { all, recent }: LevelTrials): number[] {
  return [
    logEvidence(weights, all.failed, all.tried, SINCE[0]!),
    ...recent.map((last, k) =>
      last.tried >= all.tried
        ? Number.NEGATIVE_INFINITY
        : logEvidence(weights, last.failed, last.tried, SINCE[k + 1]!) +
          logEvidence(weights, all.failed - last.failed, all.tried - last.tried, BEFORE),
    ),
  ];
}

/** Log weights of the stories before anything is seen. */
function logStories(hazard: number, tried: number): number[] {
  const inside = CHANGE_STEPS.map((steps) => Math.min(steps, tried));
  const gaps = inside.map((steps, k) => {
    const from = k === 0 ? 0 : (inside[k - 1]! + steps) / 2;
    const to = k + 1 < inside.length ? (steps + inside[k + 1]!) / 2 : tried;
    return Math.max(0, to - from);
  });
  return [Math.log1p(-hazard) * tried, ...gaps.map((gap) => Math.log(hazard * gap))];
}

function logSum(values: readonly number[]): number {
  const highest = Math.max(...values);
  return highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
}
