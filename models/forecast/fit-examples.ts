import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import { type FeatureMatrix, pick, selectRows } from '../features/feature-matrix.ts';
import { type Examples, isBaseRate, type LearnerKind } from '../learners/learner.ts';
import { seededRandom } from '../random.ts';

/** Fewer than this of either label and a learner fits noise. */
export const MIN_OF_EACH_LABEL = 10;
/** Rows of a head that a learner sees at most. */
export const MAX_FIT_ROWS = 60_000;
/** A window half a year old counts half: estates change, and their level with them. */
const HALF_LIFE_DAYS = 182;

/** Training data do not suffice for a learner. Never cured by trying again. */
export class TooFewRuns extends Error {
  override name = 'TooFewRuns';
}

/** @throws TooFewRuns for a learner (never for a base rate) with fewer than 10 of either label */
export function requireEnough(kind: LearnerKind, all: Examples): void {
  if (isBaseRate(kind) || hasEnough(all)) return;
  const positives = positivesOf(all);
  throw new TooFewRuns(
    `training requires at least ${MIN_OF_EACH_LABEL} past windows with a failed run and ${MIN_OF_EACH_LABEL} without, ` +
      `got ${positives} with and ${all.labels.length - positives} without`,
  );
}

export const positivesOf = ({ labels }: Examples): number => labels.reduce((sum, label) => sum + label, 0);

/** Of both labels. */
export function hasEnough(examples: Examples): boolean {
  const positives = positivesOf(examples);
  return Math.min(positives, examples.labels.length - positives) >= MIN_OF_EACH_LABEL;
}

/** Those of the rows that are at one of the cutoffs. */
export function keepCutoffs(matrix: FeatureMatrix, rows: Int32Array, cutoffs: number[]): Int32Array {
  const wanted = new Set(cutoffs);
  return rows.filter((r) => wanted.has(matrix.cutoff[r]!));
}

/** Rows at the cutoffs, thinned evenly by chance when there are more than `maxRows`. */
export function rowsAt(
  matrix: FeatureMatrix,
  cutoffs: number[],
  { seed, maxRows }: { seed: number; maxRows: number },
) {
  const rows = keepCutoffs(
    matrix,
    Int32Array.from({ length: matrix.rows }, (_, r) => r),
    cutoffs,
  );
  if (rows.length <= maxRows) return rows;
  const random = seededRandom(seed);
  return rows.filter(() => random.uniform() < maxRows / rows.length);
}

/** The rows at the given positions, weighted by their cutoffs. */
export function examplesOf(matrix: FeatureMatrix, labels: Uint8Array, rows: Int32Array): Examples {
  return {
    matrix: selectRows(matrix, rows),
    labels: pick(labels, rows, new Uint8Array(rows.length)),
    weights: fitWeights(pick(matrix.cutoff, rows, new Float64Array(rows.length))),
  };
}

/** Examples without a failure that a sample keeps for each with one, and rows below which nothing is left out. */
const QUIET_PER_FAILURE = 5;
const LEAST_SAMPLED_ROWS = 10_000;

/**
 * All examples with a failure and some of those without, which stand for the others as well: of what happens seldom nearly
 * all is known from its cases and a few times as many others (King & Zeng, "Logistic regression in rare events data",
 * Political Analysis 9, 2001).
 */
export function sampleQuiet(examples: Examples, seed: number): Examples {
  const { matrix, labels, weights } = examples;
  const positives = positivesOf(examples);
  const quiet = labels.length - positives;
  const share = Math.max(QUIET_PER_FAILURE * positives, LEAST_SAMPLED_ROWS - positives) / quiet;
  if (!(share < 1)) return examples;
  const random = seededRandom(seed);
  const rows = Int32Array.from(labels.keys()).filter((r) => labels[r] === 1 || random.uniform() < share);
  return {
    matrix: selectRows(matrix, rows),
    labels: pick(labels, rows, new Uint8Array(rows.length)),
    weights: Float64Array.from(rows, (r) => weights[r]! / (labels[r] === 1 ? 1 : share)),
  };
}

/**
 * Weights of rows by their cutoffs: 1 for the newest, half of it half a year before. Cutoffs that are closer than others
 * share the weight of theirs.
 */
export function fitWeights(cutoffs: Float64Array): Float64Array {
  const distinct = [...new Set(cutoffs)].sort((a, b) => a - b);
  const newest = distinct.at(-1) ?? 0;
  const gaps = distinct.map((at, i) =>
    Math.min(WEEK_DAYS * DAY_MS, i === 0 ? (distinct[1] ?? at) - at : at - distinct[i - 1]!),
  );
  const widest = Math.max(1, ...gaps);
  const shareOf = new Map(distinct.map((at, i) => [at, distinct.length === 1 ? 1 : gaps[i]! / widest]));
  return cutoffs.map(
    (cutoff) => shareOf.get(cutoff)! * 0.5 ** ((newest - cutoff) / (HALF_LIFE_DAYS * DAY_MS)),
  );
}
