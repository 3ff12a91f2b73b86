import type { CalibrationShape } from '../evaluation/calibrate.ts';
import { type ForecastMetrics, measureForecast } from '../evaluation/measure-forecast.ts';
import type { Matrices } from '../features/build-matrices.ts';
import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import { columnNamed, type FeatureMatrix, pick } from '../features/feature-matrix.ts';
import { labelWindows } from '../features/label-windows.ts';
import { type FittedModel, isBaseRate, type LearnerKind, type Settings } from '../learners/learner.ts';
import type { JobHistory } from '../records/job-history.ts';
import { encodeArtifact, type Fit, type ForecastModel, type Head } from './artifact.ts';
import { fitHead, MAX_FIT_ROWS, refitHead, TooFewRuns } from './fit-head.ts';
import { predictCandidates } from './predict-candidates.ts';
import { matricesAt, type PreparedSnapshot, prepareTraining } from './prepare-training.ts';
import type { Snapshot } from './snapshot.ts';
import { closedBy } from './split-cutoffs.ts';
import type { TestPredictions } from './test-predictions.ts';

export interface HeadReport {
  trainRows: number;
  trainPositives: number;
  calibration: CalibrationShape['kind'];
  settings: Settings;
  /** On the test windows. */
  test: ForecastMetrics;
  /** Only rows without a failure in the seven days before: will one come? */
  onset: ForecastMetrics;
}

/** JSON as it stands; what is not known is null. */
export interface TrainingReport {
  kind: LearnerKind;
  seed: number;
  /** Epoch milliseconds, as all instants here. */
  snapshotCutoff: number;
  jobs: number;
  runs: number;
  cutoffs: {
    count: number;
    stepDays: number;
    first: number | null;
    last: number | null;
    firstTest: number | null;
  };
  features: string[];
  artifactBytes: number;
  week: HeadReport;
  day: HeadReport;
}

export interface TrainedContestant {
  artifact: Uint8Array;
  report: TrainingReport;
  testPredictions: TestPredictions;
}

export interface TrainingOptions {
  kind: LearnerKind;
  seed: number;
  /**
   * Makes the models that were trained elsewhere, both of the kind `kind`, out of the rows that teach here. They are
   * calibrated and tested like the others. They learned from nothing known after `trainedAt` (epoch milliseconds);
   * `testImported` sees to it that this is before the test windows.
   */
  given?: (training: Matrices) => { week: FittedModel; day: FittedModel; trainedAt: number };
  /** What was tested comes back as it is, for whoever judges it and lets nobody serve. */
  testOnly?: boolean;
  onProgress?: (progress: { stage: 'features' | 'week' | 'day' | 'test' | 'refit'; share: number }) => void;
}

/**
 * Trains one contestant on a snapshot, tests it on its last windows, and fits it once more with these: the newest weeks
 * are the last to be left out of what serves. What was tested goes with it, for later comparisons on the same windows; a
 * model trained elsewhere serves as it was tested.
 *
 * Past forecasts are replayed at cutoffs going back from the snapshot's; the last 22 % of the cutoffs, of five weeks
 * at most, are the test, and what is tested learned nothing from a window, or from a failure that became known, after the
 * first of them.
 * Same snapshot, kind and seed: same bytes.
 *
 * @throws TooFewRuns when a learner has too little to learn from or no window to be tested on; a base rate
 * never throws it
 */
export const trainContestant = (snapshot: Snapshot, options: TrainingOptions): TrainedContestant =>
  trainPrepared(prepareTraining(snapshot), options);

/** The same on a snapshot of which other contestants were trained before. */
export function trainPrepared(prepared: PreparedSnapshot, options: TrainingOptions): TrainedContestant {
  const { kind, seed, onProgress } = options;
  const { cutoff, histories, plan, split } = prepared;
  onProgress?.({ stage: 'features', share: 0 });
  if (!isBaseRate(kind) && split.train.length === 0) {
    throw new TooFewRuns(
      `training requires at least 3 weeks of runs, got ${spanDays(histories, cutoff).toFixed(1)} days`,
    );
  }
  const matrices = prepared.matrices();
  const training = matricesAt(matrices, split.train);
  const given = options.given?.(training);
  if (given !== undefined && (given.week.kind !== kind || given.day.kind !== kind)) {
    throw new Error(
      `given models: expected both of kind ${kind}, found ${given.week.kind} and ${given.day.kind}`,
    );
  }
  const known = split.firstTest ?? cutoff;
  const fitted = (stage: 'week' | 'day', share: number, interval?: { spread?: number }) => {
    onProgress?.({ stage, share });
    const labels = labelWindows(training[stage], histories, known);
    return fitHead(kind, training[stage], labels, split, {
      seed,
      maxRows: MAX_FIT_ROWS,
      given: given && { model: given[stage], trainedAt: given.trainedAt },
      ...(interval === undefined ? {} : { interval }),
    });
  };
  const day = fitted('day', 0.15, {});
  const spread = day.head.interval?.spread;
  const week = fitted('week', 0.5, spread === undefined ? undefined : { spread });
  onProgress?.({ stage: 'test', share: 0.65 });
  const fit: Fit = { trainedAt: known, week: week.head, day: day.head };
  const candidate: ForecastModel = { kind, seed, ...fit, tested: null };
  const tested = testOn(candidate, matricesAt(matrices, split.test), histories, cutoff);
  onProgress?.({ stage: 'refit', share: 0.7 });
  const isFittedOnceMore = given === undefined && !options.testOnly && split.test.length > 0;
  const model = isFittedOnceMore ? { ...candidate, ...refit(candidate, prepared), tested: fit } : candidate;
  const artifact = encodeArtifact(model);
  const headReport = (head: typeof week, metrics: Pick<HeadReport, 'test' | 'onset'>): HeadReport => ({
    trainRows: head.rows,
    trainPositives: head.positives,
    calibration: head.head.calibrator.shape.kind,
    settings: head.head.model.settings,
    ...metrics,
  });
  return {
    artifact,
    testPredictions: tested.predictions,
    report: {
      kind,
      seed,
      snapshotCutoff: cutoff,
      jobs: histories.length,
      runs: histories.reduce((sum, job) => sum + job.startedAt.length, 0),
      cutoffs: {
        count: plan.cutoffs.length,
        stepDays: plan.stepDays,
        first: plan.cutoffs[0] ?? null,
        last: plan.cutoffs.at(-1) ?? null,
        firstTest: split.firstTest,
      },
      features: matrices.day.names,
      artifactBytes: artifact.length,
      week: headReport(week, tested.week),
      day: headReport(day, tested.day),
    },
  };
}

/**
 * Both heads fitted once more, on every window that has closed: those of the test, and those before it that were still
 * open when it began. Without these there would be a gap, and rows beside it would count for less than they did.
 */
function refit(
  { seed, week, day }: ForecastModel,
  { cutoff, histories, plan, matrices }: PreparedSnapshot,
): Fit {
  const train = closedBy(plan.cutoffs, cutoff, WEEK_DAYS);
  const all = matrices();
  const again = (head: Head, matrix: FeatureMatrix) =>
    refitHead(head, matrix, labelWindows(matrix, histories, cutoff), { train, seed, maxRows: MAX_FIT_ROWS });
  return { trainedAt: cutoff, week: again(week, all.week), day: again(day, all.day) };
}

function spanDays(histories: readonly JobHistory[], cutoff: number): number {
  const first = histories.reduce((least, job) => Math.min(least, job.startedAt[0] ?? cutoff), cutoff);
  return (cutoff - first) / DAY_MS;
}

function testOn(model: ForecastModel, matrices: Matrices, histories: readonly JobHistory[], knownBy: number) {
  const probabilities = predictCandidates(model, matrices);
  const quiet = columnNamed(matrices.week, 'last_window_failed').map((failed) => 1 - failed);
  const part = (matrix: FeatureMatrix, scores: Float64Array, isOnset: (row: number) => boolean) => {
    const labels = labelWindows(matrix, histories, knownBy);
    const rows = Int32Array.from(labels.keys()).filter(isOnset);
    const onset = measureForecast(
      pick(labels, rows, new Uint8Array(rows.length)),
      pick(scores, rows, new Float64Array(rows.length)),
    );
    return { labels, scores, matrix, metrics: { test: measureForecast(labels, scores), onset } };
  };
  const week = part(matrices.week, probabilities.week, (r) => quiet[r] === 1);
  const day = part(matrices.day, probabilities.day, (r) => quiet[Math.floor(r / WEEK_DAYS)] === 1);
  const both = [week, day];
  const predictions: TestPredictions = {
    jobId: Float64Array.from(
      both.flatMap(({ matrix }) => Array.from(matrix.jobIndex, (j) => histories[j]!.jobId)),
    ),
    cutoff: Float64Array.from(both.flatMap(({ matrix }) => [...matrix.cutoff])),
    horizon: Uint8Array.from(both.flatMap(({ matrix }) => [...matrix.horizon])),
    label: Uint8Array.from(both.flatMap(({ labels }) => [...labels])),
    probability: Float64Array.from(both.flatMap(({ scores }) => [...scores])),
  };
  return { week: week.metrics, day: day.metrics, predictions };
}
