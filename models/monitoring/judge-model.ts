import { pairedBootstrap } from '../evaluation/paired-bootstrap.ts';
import { compareGains, type DatedWindows, type GainShift } from './compare-gains.ts';
import { compareRates, compareRatesByScore, type RateShift, type ScoredWindows } from './compare-rates.ts';
import type { MonitoringLimits } from './monitoring-limits.ts';
import {
  conceptWords,
  dataWords,
  labelWords,
  promiseWords,
  qualityWords,
  scoreWords,
  type Words,
} from './sign-words.ts';
import type { FeatureDrift } from './watch-features.ts';

const SIGN_KINDS = ['data', 'scores', 'labels', 'concept', 'promise', 'quality'] as const;
export type SignKind = (typeof SIGN_KINDS)[number];

/** One way in which a model stops being what it was. */
export interface Sign {
  kind: SignKind;
  /** Null: not enough data to say. */
  found: boolean | null;
  /** Of itself reason to train anew. */
  isGrave: boolean;
  /** Largest size that was seen, in the unit of its limit; null: not enough data. */
  value: number | null;
  limit: number;
  /** Rows it rests on. */
  rows: number;
  words: Words;
}

export type ModelState = 'steady' | 'watch' | 'degraded' | 'not-enough-data';

export interface ModelJudgement {
  state: ModelState;
  features: number;
  drifted: number;
  signs: Sign[];
}

/** Windows that the champion forecast, with the best rate that needs no model. */
export interface ServedWindows extends DatedWindows {
  label: Uint8Array;
  probability: Float64Array;
  /** NaN where it is not known. */
  baseRate: Float64Array;
}

export interface Evidence {
  /** Without that of the scores. */
  features: readonly FeatureDrift[];
  /** Of the probabilities against those of the test. */
  scores: FeatureDrift;
  /** Windows of the champion's test: what it said and what happened. */
  test: ScoredWindows;
  /** Windows that are over and that this version forecast, of the last weeks. */
  served: ServedWindows;
  /** The same of a quarter of a year. */
  shown: DatedWindows;
  /** Windows of the last weeks, whoever forecast them. */
  recent: ScoredWindows;
}

/** Of the share that is grave: of many features a few always move. */
const WORTH_TELLING = 1 / 3;
const CONFIDENCE = 0.95;
const RESAMPLES = 300;
const SEED = 20_260_303;
const LEAST_POSITIVES = 20;

/**
 * What moved: the data, what the model makes of them, how often jobs fail, what the same score means, whether the
 * forecast is worth what it promised, and whether it still beats a rate that needs no model. The first three are for people
 * to know; many features moved at once, another meaning of the scores, a promise half broken, or a forecast worse than a
 * base rate are reason to train anew.
 */
export function judgeModel(evidence: Evidence, limits: MonitoringLimits): ModelJudgement {
  const { features, scores, test, served, shown, recent } = evidence;
  const compared = features.filter(({ state }) => state === 'drifted' || state === 'steady');
  const drifted = compared.filter(({ state }) => state === 'drifted');
  const signs = [
    dataSign(compared, drifted, limits),
    scoreSign(scores, limits),
    labelSign(compareRates(test, recent), limits),
    conceptSign(compareRatesByScore(test, served), limits),
    promiseSign(compareGains(test, shown), limits),
    qualitySign(served),
  ];
  const state = signs.some(({ found, isGrave }) => found === true && isGrave)
    ? 'degraded'
    : signs.some(({ found }) => found === true)
      ? 'watch'
      : signs.every(({ found }) => found === null)
        ? 'not-enough-data'
        : 'steady';
  return { state, features: compared.length, drifted: drifted.length, signs };
}

/**
 * Whether a promise that was broken is kept again: a model that is worth a little more than half of what it was is not
 * what it was. Where nothing is known of it any more, nothing is broken.
 */
export function isPromiseRestored(signs: readonly Sign[], { promiseRestored }: MonitoringLimits): boolean {
  const { found, value } = signs.find(({ kind }) => kind === 'promise') ?? { found: null, value: null };
  return found !== true && (value === null || value >= promiseRestored);
}

function dataSign(
  compared: readonly FeatureDrift[],
  drifted: readonly FeatureDrift[],
  { driftedShare }: MonitoringLimits,
): Sign {
  const share = compared.length === 0 ? null : drifted.length / compared.length;
  return {
    kind: 'data',
    found: share === null ? null : share >= driftedShare * WORTH_TELLING,
    isGrave: share !== null && share >= driftedShare,
    ...{ value: share, limit: driftedShare, rows: compared[0]?.rows ?? 0 },
    words: dataWords(compared.length, drifted),
  };
}

function scoreSign(scores: FeatureDrift, { psi }: MonitoringLimits): Sign {
  const isKnown = scores.state !== 'not-enough-data';
  return {
    kind: 'scores',
    found: isKnown ? scores.state === 'drifted' : null,
    isGrave: false,
    ...{ value: scores.comparison?.psi ?? null, limit: psi, rows: scores.rows },
    words: scoreWords(scores),
  };
}

/** The chance of a false alarm of one look. */
const ALPHA = 0.01;

function labelSign(shift: RateShift | null, { labelShift }: MonitoringLimits): Sign {
  const size = shift === null ? null : Math.abs(shift.rate - shift.referenceRate);
  return {
    kind: 'labels',
    found: shift === null ? null : size! >= labelShift && shift.pAdjusted <= ALPHA,
    isGrave: false,
    ...{ value: size, limit: labelShift, rows: shift?.rows ?? 0 },
    words: labelWords(shift),
  };
}

function conceptSign(bins: readonly RateShift[], { conceptShift }: MonitoringLimits): Sign {
  const sized = bins.map((bin) => ({ bin, size: Math.abs(bin.rate - bin.referenceRate) }));
  const moved = sized.filter(({ bin, size }) => size >= conceptShift && bin.pAdjusted <= ALPHA);
  return {
    kind: 'concept',
    found: bins.length === 0 ? null : moved.length > 0,
    isGrave: true,
    value: bins.length === 0 ? null : Math.max(...sized.map(({ size }) => size)),
    limit: conceptShift,
    rows: bins.reduce((sum, { rows }) => sum + rows, 0),
    words: conceptWords(
      bins.length,
      moved.toSorted((a, b) => b.size - a.size).map(({ bin }) => bin),
    ),
  };
}

/** Where several spans tell of a fall, that of the shortest; where none does, the longest is told. */
function promiseSign(spans: readonly GainShift[], { promiseKept }: MonitoringLimits): Sign {
  const kept = ({ gain, promised }: GainShift) => gain / promised;
  // Who promised nothing can break nothing.
  const told = spans.filter(({ promised }) => promised > 0);
  const fallen = told.find((span) => span.fallenBy > 0 && kept(span) <= promiseKept);
  const shown = fallen ?? told.at(-1);
  return {
    kind: 'promise',
    found: shown === undefined ? null : fallen !== undefined,
    isGrave: true,
    ...{ value: shown === undefined ? null : kept(shown), limit: promiseKept, rows: shown?.rows ?? 0 },
    words: promiseWords(shown ?? null, fallen !== undefined),
  };
}

/** Worse than the rate for sure: the lower bound of the difference of their Brier scores, resampling jobs, is above 0. */
function qualitySign({ job, label, probability, baseRate }: ServedWindows): Sign {
  const rows = Int32Array.from(label.keys()).filter((row) => !Number.isNaN(baseRate[row]));
  const labels = Uint8Array.from(rows, (row) => label[row]!);
  const positives = labels.reduce((sum, one) => sum + one, 0);
  const found =
    positives < LEAST_POSITIVES || positives > labels.length - LEAST_POSITIVES
      ? null
      : pairedBootstrap({
          metric: 'brier',
          labels,
          blocks: Int32Array.from(rows, (row) => job[row]!),
          ours: Float64Array.from(rows, (row) => probability[row]!),
          theirs: Float64Array.from(rows, (row) => baseRate[row]!),
          ...{ confidence: CONFIDENCE, resamples: RESAMPLES, seed: SEED },
        });
  return {
    kind: 'quality',
    found: found === null ? null : found.lower > 0,
    isGrave: true,
    ...{ value: found?.difference ?? null, limit: 0, rows: labels.length },
    words: qualityWords(found, labels.length),
  };
}
