import { applyCalibrator, atLevel, type CalibrationShape, heldLogit } from '../evaluation/calibrate.ts';
import { unexplainedSpread } from '../evaluation/unexplained-spread.ts';
import { fitVennAbers, type VennAbersSteps, vennAbersAt } from '../evaluation/venn-abers.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { sigmoid } from '../log-odds.ts';

/** How far a probability may be off, learned on windows later than those that taught the model. JSON as it stands. */
export interface HeadInterval {
  /** Over the model's probabilities before calibration. */
  vennAbers: VennAbersSteps;
  /** Standard deviation, in log-odds, of what a job's week has of its own beyond its forecast. */
  spread: number;
}

/** Of a normal distribution, 90 % lie this many standard deviations around the mean. */
const DEVIATIONS = 1.6449;
/** Nothing is known any better when nothing is known: an interval of 10 % is then 0 to 72 %. */
const MOST_SPREAD = 2;
/** A mean over log-odds spread by τ is nearer to one half, as by this share of τ²: 256 × 3 / (225 × π²), Zeger 1988. */
const ATTENUATION = 256 / 75 / Math.PI ** 2;

/**
 * The interval of a head; see docs/decisions/0013-intervals.md. The rows of one job and cutoff are what shares a fate:
 * seven days. The week, one row of each, borrows their spread.
 *
 * @param raw of the model, before calibration, for rows that did not teach it, with both labels among them
 * @param ofDays spread found for the days; left out: it is found here
 * @returns null where no two rows share a job and cutoff, and no spread is given
 */
export function fitInterval(
  shape: CalibrationShape,
  labels: Uint8Array,
  matrix: FeatureMatrix,
  raw: Float64Array,
  ofDays?: number,
): HeadInterval | null {
  const spread = ofDays ?? spreadOf(shape, labels, matrix, raw);
  if (spread === null) return null;
  return { vennAbers: fitVennAbers(labels, raw), spread: Math.min(MOST_SPREAD, spread) };
}

function spreadOf(shape: CalibrationShape, labels: Uint8Array, matrix: FeatureMatrix, raw: Float64Array) {
  const told = applyCalibrator(atLevel(shape, labels, raw), raw);
  const cutoffs = new Map([...new Set(matrix.cutoff)].map((cutoff, i) => [cutoff, i]));
  const fates = Float64Array.from(
    raw,
    (_, r) => matrix.jobIndex[r]! * cutoffs.size + cutoffs.get(matrix.cutoff[r]!)!,
  );
  return unexplainedSpread(labels, told, fates);
}

/**
 * The interval of a probability: it holds the Venn-Abers prediction (how well the level is known), nine tenths of the
 * truths that the spread allows for (how well the job is known), and the probability itself.
 *
 * @param raw of the model, before calibration
 * @param told what people are told
 */
export function intervalAround(
  { vennAbers, spread }: HeadInterval,
  raw: number,
  told: number,
): [low: number, high: number] {
  const [low, high] = vennAbersAt(vennAbers, raw);
  const middle = heldLogit(told) * Math.sqrt(1 + ATTENUATION * spread ** 2);
  const away = DEVIATIONS * spread;
  return [Math.min(low, told, sigmoid(middle - away)), Math.max(high, told, sigmoid(middle + away))];
}
