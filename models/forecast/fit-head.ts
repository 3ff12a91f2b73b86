import { atLevel, type CalibrationShape, type Calibrator } from '../evaluation/calibrate.ts';
import { chooseShape } from '../evaluation/choose-shape.ts';
import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import { alignColumns, type FeatureMatrix, pick, selectRows } from '../features/feature-matrix.ts';
import { learnerOf } from '../learners/contestants.ts';
import { type Examples, type FittedModel, isBaseRate, type LearnerKind } from '../learners/learner.ts';
import { seededRandom } from '../random.ts';
import type { Head } from './artifact.ts';
import { fitInterval, type HeadInterval } from './interval.ts';
import type { CutoffSplit } from './split-cutoffs.ts';

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

/** A model trained elsewhere. */
export interface GivenModel {
  model: FittedModel;
  /** Epoch milliseconds: it learned from nothing that became known later. */
  trainedAt: number;
}

/** Rows that a model has not learned from, and what it told of them. */
export interface JudgedRows {
  /** Positions in the matrix of the training. */
  rows: Int32Array;
  probabilities: Float64Array;
}

export interface FittedHead {
  head: Head;
  rows: number;
  positives: number;
  /**
   * What the early windows taught, told of the later ones. Null where there was too little to learn from or to judge by,
   * and for a model that was trained elsewhere, which they did not teach.
   */
  judged: JudgedRows | null;
}

/**
 * Fits one head: on the early windows, with settings and calibration chosen on the later ones; then once more,
 * with those settings, on both, so that the newest windows before the test teach as well, and the level of the
 * forecast is that of all of them. Where the early part is too small to choose anything, the defaults serve.
 *
 * With `interval` it learns from the later windows how far its probabilities may be off, too (`spread`: as found for
 * the days); where nothing could be chosen, there is none.
 *
 * A model that is given, because it was trained elsewhere, is taken as it is; only its calibration is fitted. Its shape
 * and its interval are learned on the later windows when it has not learned from them; where it has, it would look surer
 * than it is, so its probabilities stand and only their level is fitted.
 *
 * @param labels as known when the first test forecast is made
 * @throws TooFewRuns for a learner (never for a base rate) with fewer than 10 of either label
 */
export function fitHead(
  kind: LearnerKind,
  matrix: FeatureMatrix,
  labels: Uint8Array,
  split: Pick<CutoffSplit, 'train' | 'early' | 'later'>,
  options: {
    seed: number;
    maxRows: number;
    given?: GivenModel | undefined;
    interval?: { spread?: number };
  },
): FittedHead {
  const train = rowsAt(matrix, split.train, options);
  const all = examplesOf(matrix, labels, train);
  const positives = all.labels.reduce((sum, label) => sum + label, 0);
  const scarcest = Math.min(positives, all.labels.length - positives);
  if (!isBaseRate(kind) && scarcest < MIN_OF_EACH_LABEL) {
    throw new TooFewRuns(
      `training requires at least ${MIN_OF_EACH_LABEL} past windows with a failed run and ${MIN_OF_EACH_LABEL} without, ` +
        `got ${positives} with and ${all.labels.length - positives} without`,
    );
  }
  const { seed, given } = options;
  const learn = ({ matrix, labels, weights }: Examples, more: object) =>
    given?.model ?? learnerOf(kind).fit(matrix, labels, weights, { seed, ...more });
  const predict = (model: FittedModel, matrix: FeatureMatrix) =>
    model.predict(alignColumns(matrix, model.names));
  const early = examplesOf(matrix, labels, keepCutoffs(matrix, train, split.early));
  const laterRows = keepCutoffs(matrix, train, split.later);
  const later = examplesOf(matrix, labels, laterRows);
  let shape: CalibrationShape = { kind: 'identity' };
  let settings = {};
  let judged: JudgedRows | null = null;
  let interval: HeadInterval | null = null;
  const canJudge = later.labels.includes(0) && later.labels.includes(1);
  if (canJudge && (isBaseRate(kind) || hasEnough(early))) {
    const canChoose = hasEnough(early) && hasEnough(later);
    const first = learn(early, canChoose ? { later } : {});
    const told = predict(first, later.matrix);
    if (given === undefined) judged = { rows: laterRows, probabilities: told };
    const isUnseen = given === undefined || given.trainedAt <= split.later[0]!;
    if (canChoose && isUnseen) {
      shape = chooseShape(later.labels, told, later.matrix.cutoff);
      settings = { settings: first.settings };
      if (options.interval !== undefined) {
        interval = intervalFrom(shape, later, told, options.interval.spread);
      }
    }
  }
  const model = learn(all, settings);
  return {
    head: { model, calibrator: calibratorAt(shape, model, all), interval },
    rows: all.labels.length,
    positives,
    judged,
  };
}

/**
 * Fits a head once more on more windows, with its settings, the shape of its calibration and its interval; the level of
 * the forecast is that of all of them.
 *
 * @param train the cutoffs of these windows
 * @param labels as known when all of them have closed
 */
export function refitHead(
  head: Head,
  matrix: FeatureMatrix,
  labels: Uint8Array,
  { train, seed, maxRows }: { train: number[]; seed: number; maxRows: number },
): Head {
  const all = examplesOf(matrix, labels, rowsAt(matrix, train, { seed, maxRows }));
  const { kind, settings } = head.model;
  const model = learnerOf(kind).fit(all.matrix, all.labels, all.weights, { seed, settings });
  return { ...head, model, calibrator: calibratorAt(head.calibrator.shape, model, all) };
}

/** With too few of either label the level of the model stands. */
function calibratorAt(shape: CalibrationShape, model: FittedModel, all: Examples): Calibrator {
  if (!hasEnough(all)) return { shape, shift: 0 };
  const { matrix, labels, weights } = all;
  return atLevel(shape, labels, model.predict(alignColumns(matrix, model.names)), weights);
}

/**
 * Rows of cutoffs whose windows do not overlap, from the newest on. Forecasts a day apart share six days of a week: what
 * is seen seven times is not known seven times as well.
 */
function rowsApart({ cutoff, horizon }: FeatureMatrix): Int32Array {
  const days = horizon.reduce((most, day) => Math.max(most, day === 0 ? WEEK_DAYS : day), 1);
  const kept = new Set<number>();
  let next = Number.POSITIVE_INFINITY;
  for (const at of [...new Set(cutoff)].sort((a, b) => b - a)) {
    if (at > next) continue;
    kept.add(at);
    next = at - days * DAY_MS;
  }
  return Int32Array.from(cutoff.keys()).filter((r) => kept.has(cutoff[r]!));
}

function intervalFrom(shape: CalibrationShape, later: Examples, told: Float64Array, spread?: number) {
  const apart = rowsApart(later.matrix);
  const labels = pick(later.labels, apart, new Uint8Array(apart.length));
  if (!labels.includes(0) || !labels.includes(1)) return null;
  const ofApart = pick(told, apart, new Float64Array(apart.length));
  return fitInterval(shape, labels, selectRows(later.matrix, apart), ofApart, spread);
}

function hasEnough({ labels }: Examples): boolean {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return Math.min(positives, labels.length - positives) >= MIN_OF_EACH_LABEL;
}

function keepCutoffs(matrix: FeatureMatrix, rows: Int32Array, cutoffs: number[]): Int32Array {
  const wanted = new Set(cutoffs);
  return rows.filter((r) => wanted.has(matrix.cutoff[r]!));
}

/** Rows at the cutoffs, thinned evenly by chance when there are more than `maxRows`. */
function rowsAt(
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

function examplesOf(matrix: FeatureMatrix, labels: Uint8Array, rows: Int32Array): Examples {
  return {
    matrix: selectRows(matrix, rows),
    labels: pick(labels, rows, new Uint8Array(rows.length)),
    weights: fitWeights(pick(matrix.cutoff, rows, new Float64Array(rows.length))),
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
