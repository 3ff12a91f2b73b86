import { chiSquareTail } from './contingency.ts';
import { adjustFalseDiscovery } from './false-discovery.ts';

/** Windows of jobs with what was said of them and what happened. */
export interface ScoredWindows {
  /** A whole number per row; rows of one job are not independent. */
  job: ArrayLike<number>;
  label: ArrayLike<number>;
  probability: ArrayLike<number>;
}

/** How often windows of about the same score came true, then and now. */
export interface RateShift {
  /** Scores in it: from, and below (or at, in the last one). */
  from: number;
  to: number;
  rows: number;
  referenceRows: number;
  /** Shares that failed. */
  rate: number;
  referenceRate: number;
  /** Adjusted for the number of bins. */
  pAdjusted: number;
}

/** Fewer rows, or fewer jobs, on either side say nothing. */
const LEAST_ROWS = 30;
const LEAST_JOBS = 10;
const EDGES = [0, 0.05, 0.1, 0.2, 0.4, 1];

/**
 * Whether the same scores mean something else than they did: concept drift, apart from that of scores and labels. In
 * bins of the score, the share that failed now against that of the reference, by a z-test whose variance counts the
 * rows of a job as one (cluster-robust: Liang & Zeger, "Longitudinal data analysis using generalized linear models",
 * 1986), adjusted for the number of bins.
 *
 * @returns bins with enough rows on both sides; none: not enough data
 */
export function compareRatesByScore(reference: ScoredWindows, current: ScoredWindows): RateShift[] {
  const bins = EDGES.slice(1).flatMap((to, i) => {
    const from = EDGES[i]!;
    const isIn = (p: number) => p >= from && (p < to || to === 1);
    const before = rateOf(reference, isIn);
    const now = rateOf(current, isIn);
    return before === null || now === null ? [] : [{ from, to, before, now, p: differenceTail(before, now) }];
  });
  const adjusted = adjustFalseDiscovery(bins.map(({ p }) => p));
  return bins.map(({ from, to, before, now }, i) => ({
    ...{ from, to, rows: now.rows, referenceRows: before.rows },
    ...{ rate: now.rate, referenceRate: before.rate, pAdjusted: adjusted[i]! },
  }));
}

/** The share that failed whatever the score, then and now: label drift. Null: not enough data. */
export function compareRates(reference: ScoredWindows, current: ScoredWindows): RateShift | null {
  const before = rateOf(reference, () => true);
  const now = rateOf(current, () => true);
  if (before === null || now === null) return null;
  return {
    ...{ from: 0, to: 1, rows: now.rows, referenceRows: before.rows },
    ...{ rate: now.rate, referenceRate: before.rate, pAdjusted: differenceTail(before, now) },
  };
}

interface ClusteredRate {
  rows: number;
  rate: number;
  variance: number;
}

function rateOf(
  { job, label, probability }: ScoredWindows,
  isIn: (p: number) => boolean,
): ClusteredRate | null {
  const ofJob = new Map<number, { rows: number; failed: number }>();
  let rows = 0;
  let failed = 0;
  for (let r = 0; r < job.length; r++) {
    if (!isIn(probability[r]!)) continue;
    const one = ofJob.get(job[r]!) ?? { rows: 0, failed: 0 };
    one.rows++;
    one.failed += label[r]!;
    ofJob.set(job[r]!, one);
    rows++;
    failed += label[r]!;
  }
  if (rows < LEAST_ROWS || ofJob.size < LEAST_JOBS) return null;
  const rate = failed / rows;
  const squares = [...ofJob.values()].reduce((sum, one) => sum + (one.failed - one.rows * rate) ** 2, 0);
  const clustered = (squares / rows ** 2) * (ofJob.size / (ofJob.size - 1));
  // Where all or none failed the residuals vanish: half a failure keeps the doubt that so many rows leave.
  const held = (failed + 0.5) / (rows + 1);
  return { rows, rate, variance: Math.max(clustered, (held * (1 - held)) / rows) };
}

const differenceTail = (before: ClusteredRate, now: ClusteredRate): number =>
  normalTails((now.rate - before.rate) / Math.sqrt(before.variance + now.variance));

/** Both tails of the standard normal distribution beyond |z|. */
function normalTails(z: number): number {
  return chiSquareTail(z * z, 1);
}
