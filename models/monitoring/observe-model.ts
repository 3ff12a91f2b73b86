import { buildMatrices } from '../features/build-matrices.ts';
import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import { columnNamed, type FeatureMatrix, selectRows } from '../features/feature-matrix.ts';
import { labelWindows } from '../features/label-windows.ts';
import { weekFeatures } from '../features/registry.ts';
import { decodeArtifact } from '../forecast/artifact.ts';
import { predictCandidates } from '../forecast/predict-candidates.ts';
import { decodeSnapshot, type Snapshot, sortSnapshot } from '../forecast/snapshot.ts';
import { decodeTestPredictions } from '../forecast/test-predictions.ts';
import { baseRateLearners } from '../learners/base-rates.ts';
import type { FittedModel } from '../learners/learner.ts';
import type { ScoredWindows } from './compare-rates.ts';
import { type DriftLimits, type FeatureDrift, isGrowing, watchFeatures } from './watch-features.ts';

/** Weeks before the training ended that its data are compared by: two ends of a month, and no season. */
const REFERENCE_WEEKS = 8;
/** The name under which the probabilities stand beside the features. */
export const SCORES = '_scores';

export interface ModelUnderWatch {
  /** Bytes of the champion. */
  artifact: Uint8Array;
  /** What it was trained on. */
  training: Uint8Array;
  /** What it said in its test; null: not kept. */
  test: Uint8Array | null;
  /** All that is known now; its cutoff is that of the look. */
  now: Uint8Array;
  /** Past forecasts of which base rates are wanted, epoch milliseconds. */
  cutoffs: readonly number[];
  limits: DriftLimits;
}

/** What rates that need no model would have said of a forecast's week; one entry a candidate. */
export interface BaseRatesOfWeek {
  cutoff: number;
  jobId: Float64Array;
  runRate: Float64Array;
  windowRate: Float64Array;
  persistence: Float64Array;
  /** 1: no failure in the seven days before. */
  isOnset: Uint8Array;
}

export interface ModelObservation {
  /** One a feature, in the order of the registry. */
  features: FeatureDrift[];
  scores: FeatureDrift;
  /** What the champion says now of the coming week, one a candidate. */
  probability: Float64Array;
  /** Windows of its test; empty where they were not kept. */
  test: ScoredWindows;
  baseRates: BaseRatesOfWeek[];
}

/** Lays the data of today beside those of the champion's training, and what it says beside what it said in its test. */
export function observeModel(input: ModelUnderWatch): ModelObservation {
  const model = decodeArtifact(input.artifact);
  const training = sortSnapshot(decodeSnapshot(input.training));
  const now = decodeSnapshot(input.now);
  const reference = referenceOf(training);
  const current = buildMatrices(now.histories, now.hostSeries, [now.cutoff], { facts: now.facts });
  const test = testOf(input.test);
  const probability = predictCandidates(model, current).week;
  const columns = weekFeatures.map((feature) => ({
    feature: feature.name,
    weeks: byWeek(reference, columnNamed(reference, feature.name)),
    current: columnNamed(current.week, feature.name),
    isGrowing: isGrowing(feature),
  }));
  const [scores] = watchFeatures(
    [{ feature: SCORES, weeks: weeksOf(test), current: probability, isGrowing: false }],
    input.limits,
  );
  const rates = fitRates(reference, training);
  return {
    features: watchFeatures(columns, input.limits),
    scores: scores!,
    probability,
    test,
    baseRates: input.cutoffs.map((cutoff) => baseRatesAt(now, cutoff, rates)),
  };
}

/** The last weeks whose labels the training knew, oldest first. */
function referenceOf({ cutoff, histories, hostSeries, facts }: Snapshot): FeatureMatrix {
  const first = histories.reduce((least, job) => Math.min(least, job.startedAt[0] ?? cutoff), cutoff);
  const cutoffs = Array.from(
    { length: REFERENCE_WEEKS },
    (_, i) => cutoff - (REFERENCE_WEEKS - i) * WEEK_DAYS * DAY_MS,
  ).filter((at) => at >= first + WEEK_DAYS * DAY_MS);
  return buildMatrices(histories, hostSeries, cutoffs, { facts, days: [] }).week;
}

const byWeek = ({ cutoff }: FeatureMatrix, column: Float64Array): Float64Array[] =>
  [...new Set(cutoff)].sort((a, b) => a - b).map((week) => column.filter((_, row) => cutoff[row] === week));

interface TestWindows extends ScoredWindows {
  probability: Float64Array;
  cutoff: Float64Array;
}

function testOf(bytes: Uint8Array | null): TestWindows {
  const all = bytes === null ? null : decodeTestPredictions(bytes);
  const rows = all === null ? [] : [...all.horizon.keys()].filter((row) => all.horizon[row] === 0);
  const column = (name: 'jobId' | 'label' | 'probability' | 'cutoff') =>
    Float64Array.from(rows, (row) => all![name][row]!);
  return {
    job: column('jobId'),
    label: column('label'),
    probability: column('probability'),
    cutoff: column('cutoff'),
  };
}

const weeksOf = ({ cutoff, probability }: TestWindows): Float64Array[] =>
  [...new Set(cutoff)]
    .sort((a, b) => a - b)
    .map((week) => probability.filter((_, row) => cutoff[row] === week));

/** The priors of the rates as of the training: what came later must not teach them. */
function fitRates(reference: FeatureMatrix, { histories, cutoff }: Snapshot): Map<string, FittedModel> {
  const closed = Int32Array.from({ length: reference.rows }, (_, row) => row).filter(
    (row) => reference.cutoff[row]! + WEEK_DAYS * DAY_MS <= cutoff,
  );
  const matrix = selectRows(reference, closed);
  const labels = labelWindows(matrix, histories, cutoff);
  const weights = new Float64Array(matrix.rows).fill(1);
  return new Map(
    baseRateLearners.map((learner) => [learner.kind, learner.fit(matrix, labels, weights, { seed: 1 })]),
  );
}

function baseRatesAt(
  { histories, hostSeries, facts }: Snapshot,
  cutoff: number,
  rates: ReadonlyMap<string, FittedModel>,
): BaseRatesOfWeek {
  const { week } = buildMatrices(histories, hostSeries, [cutoff], { facts, days: [] });
  return {
    cutoff,
    jobId: Float64Array.from(week.jobIndex, (job) => histories[job]!.jobId),
    runRate: rates.get('base-run-rate')!.predict(week),
    windowRate: rates.get('base-window-rate')!.predict(week),
    persistence: rates.get('base-persistence')!.predict(week),
    isOnset: Uint8Array.from(columnNamed(week, 'last_window_failed'), (failed) => 1 - failed),
  };
}
