import { atLevel, type CalibrationShape, type Calibrator } from '../evaluation/calibrate.ts';
import { chooseShape } from '../evaluation/choose-shape.ts';
import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import { alignColumns, type FeatureMatrix, pick, selectRows } from '../features/feature-matrix.ts';
import { learnerOf } from '../learners/contestants.ts';
import {
  type Examples,
  type FittedModel,
  isBaseRate,
  type LearnerKind,
  type Settings,
} from '../learners/learner.ts';
import type { Head } from './artifact.ts';
import { examplesOf, hasEnough, keepCutoffs, positivesOf, requireEnough, rowsAt } from './fit-examples.ts';
import { fitInterval, type HeadInterval } from './interval.ts';
import type { CutoffSplit } from './split-cutoffs.ts';

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

/** By what a head is fitted: as it was chosen on later time, or the defaults. */
export interface HeadChoice {
  /** null: the learner's own. */
  settings: Settings | null;
  shape: CalibrationShape;
  interval: HeadInterval | null;
}

export interface ChosenHead {
  choice: HeadChoice;
  /** All that it may be fitted on. */
  examples: Examples;
  /**
   * What the early windows taught, told of the later ones. Null where there was too little to learn from or to judge by,
   * and for a model that was trained elsewhere, which they did not teach.
   */
  judged: JudgedRows | null;
}

export interface FittedHead extends Pick<ChosenHead, 'judged'> {
  head: Head;
  rows: number;
  positives: number;
}

interface HeadOptions {
  seed: number;
  maxRows: number;
  given?: GivenModel | undefined;
  interval?: { spread?: number };
}

/**
 * Chooses settings and calibration of one head: the early windows teach, the later ones tell. Where the early part is too
 * small to choose anything, the defaults serve.
 *
 * With `interval` it learns from the later windows how far its probabilities may be off, too (`spread`: as found for
 * the days); where nothing could be chosen, there is none.
 *
 * Of a model that is given, because it was trained elsewhere, only shape and interval are learned on the later windows, when
 * it has not learned from them; where it has, it would look surer than it is, so its probabilities stand.
 *
 * @param labels as known when the first test forecast is made
 * @throws TooFewRuns for a learner (never for a base rate) with fewer than 10 of either label
 */
export function chooseHead(
  kind: LearnerKind,
  matrix: FeatureMatrix,
  labels: Uint8Array,
  split: Pick<CutoffSplit, 'train' | 'early' | 'later'>,
  { seed, maxRows, given, interval }: HeadOptions,
): ChosenHead {
  const train = rowsAt(matrix, split.train, { seed, maxRows });
  const examples = examplesOf(matrix, labels, train);
  requireEnough(kind, examples);
  const early = examplesOf(matrix, labels, keepCutoffs(matrix, train, split.early));
  const laterRows = keepCutoffs(matrix, train, split.later);
  const later = examplesOf(matrix, labels, laterRows);
  const choice: HeadChoice = { settings: null, shape: { kind: 'identity' }, interval: null };
  const canJudge = later.labels.includes(0) && later.labels.includes(1);
  if (!canJudge || !(isBaseRate(kind) || hasEnough(early))) return { choice, examples, judged: null };
  const canChoose = hasEnough(early) && hasEnough(later);
  const learned = { seed, ...(canChoose && { later }) };
  const first = given?.model ?? learnerOf(kind).fit(early.matrix, early.labels, early.weights, learned);
  const told = first.predict(alignColumns(later.matrix, first.names));
  const judged = given === undefined ? { rows: laterRows, probabilities: told } : null;
  const isUnseen = given === undefined || given.trainedAt <= split.later[0]!;
  if (!canChoose || !isUnseen) return { choice, examples, judged };
  const shape = chooseShape(later.labels, told, later.matrix.cutoff);
  return {
    choice: {
      settings: first.settings,
      shape,
      interval: interval === undefined ? null : intervalFrom(shape, later, told, interval.spread),
    },
    examples,
    judged,
  };
}

/**
 * Chooses on the later windows, then fits by that choice on all, so that the newest windows before the test teach as well,
 * and the level of the forecast is that of all of them. A model that is given is taken as it is; only its calibration is
 * fitted.
 *
 * @throws TooFewRuns as above
 */
export function fitHead(
  kind: LearnerKind,
  matrix: FeatureMatrix,
  labels: Uint8Array,
  split: Pick<CutoffSplit, 'train' | 'early' | 'later'>,
  options: HeadOptions,
): FittedHead {
  const { choice, examples, judged } = chooseHead(kind, matrix, labels, split, options);
  return {
    head: fitChosen(kind, choice, examples, { seed: options.seed, given: options.given?.model }),
    rows: examples.labels.length,
    positives: positivesOf(examples),
    judged,
  };
}

/** One head fitted on examples by what was chosen; its level is that of the examples. */
export function fitChosen(
  kind: LearnerKind,
  { settings, shape, interval }: HeadChoice,
  examples: Examples,
  { seed, given }: { seed: number; given?: FittedModel | undefined },
): Head {
  const { matrix, labels, weights } = examples;
  const fitted = { seed, ...(settings !== null && { settings }) };
  const model = given ?? learnerOf(kind).fit(matrix, labels, weights, fitted);
  return { model, calibrator: calibratorAt(shape, model, examples), interval };
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
