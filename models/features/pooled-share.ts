import { gammaln } from 'simple-statistics';

/** What the shares of many jobs have in common: a job of which nothing is known has this mean, worth `strength` trials. */
export interface SharePrior {
  mean: number;
  strength: number;
}

/** With no trial at all. */
const NOTHING_KNOWN: SharePrior = { mean: 0.1, strength: 2 };
/** Few numbers are learned: more jobs than this would change them little and cost time. */
const MOST_JOBS = 256;
const STRENGTHS = [0.3, 0.6, 1, 2, 4, 8, 16, 32, 64, 128];

/**
 * The beta distribution that makes the jobs' counts most likely, on a grid: the beta-binomial model of empirical Bayes
 * (Casella, "An introduction to empirical Bayes data analysis", 1985). Trials may be fractions, as of counts that fade.
 *
 * @param successes and `trials`, one entry per job; of many jobs every second, third, … is heard
 */
export function poolShares(successes: ArrayLike<number>, trials: ArrayLike<number>): SharePrior {
  const jobs = heardJobs(trials);
  if (jobs.length === 0) return NOTHING_KNOWN;
  const sum = (value: (job: number) => number) => jobs.reduce((total, job) => total + value(job), 0);
  const ofTrials = (sum((j) => successes[j]!) + 0.5) / (sum((j) => trials[j]!) + 1);
  // One busy job would outvote all others in the first: the second gives each job a voice.
  const ofJobs = sum((j) => (successes[j]! + ofTrials) / (trials[j]! + 1)) / jobs.length;
  let best = NOTHING_KNOWN;
  let highest = Number.NEGATIVE_INFINITY;
  for (const mean of ofTrials === ofJobs ? [ofTrials] : [ofTrials, ofJobs]) {
    for (const strength of STRENGTHS) {
      const a = mean * strength;
      const b = strength - a;
      const empty = logBeta(a, b);
      const likelihood = sum((j) => logBeta(successes[j]! + a, trials[j]! - successes[j]! + b) - empty);
      if (likelihood > highest) {
        highest = likelihood;
        best = { mean, strength };
      }
    }
  }
  return best;
}

/** Jobs with a trial, at most 256 of them, spread evenly: what all have in common is learned from these. */
export function heardJobs(trials: ArrayLike<number>): number[] {
  const tried = Array.from({ length: trials.length }, (_, j) => j).filter((j) => trials[j]! > 0);
  const stride = Math.ceil(tried.length / MOST_JOBS);
  return tried.filter((_, position) => position % stride === 0);
}

/** The share expected of a job with these counts: the mean of the posterior. */
export const shrunken = ({ mean, strength }: SharePrior, successes: number, trials: number): number =>
  (successes + mean * strength) / (trials + strength);

const logBeta = (a: number, b: number): number => gammaln(a) + gammaln(b) - gammaln(a + b);
