import type { CalibrationShape } from '../evaluation/calibrate.ts';
import { type ForecastMetrics, measureForecast } from '../evaluation/measure-forecast.ts';
import type { Matrices } from '../features/build-matrices.ts';
import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import { columnNamed, type FeatureMatrix, pick } from '../features/feature-matrix.ts';
import { labelWindows } from '../features/label-windows.ts';
import { type FittedModel, isBaseRate, type LearnerKind, type Settings } from '../learners/learner.ts';
import type { JobHistory } from '../records/job-history.ts';
import { encodeArtifact, type ForecastModel } from './artifact.ts';
import { MAX_FIT_ROWS, positivesOf, TooFewRuns } from './fit-examples.ts';
import { chooseHead, fitChosen } from './fit-head.ts';
import { fitModel, type Recipe } from './fit-model.ts';
import { matricesAt, type PreparedSnapshot, prepareTraining } from './prepare-training.ts';
import type { Snapshot } from './snapshot.ts';
import type { CutoffSplit } from './split-cutoffs.ts';
import type { TestPredictions } from './test-predictions.ts';
import { testWeekly } from './test-weekly.ts';

export interface HeadReport {
  /** Of windows that closed before the test. */
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
  /** What comes back learned nothing from the test: for whoever lets nobody serve, or takes it elsewhere. */
  testOnly?: boolean;
  onProgress?: (progress: { stage: 'features' | 'week' | 'day' | 'test' | 'fit'; share: number }) => void;
}

/**
 * Trains one contestant on a snapshot, tests it on its last windows as it would have served them, and fits it on all that
 * has closed: the newest weeks are the last to be left out of what serves.
 *
 * Past forecasts are replayed at cutoffs going back from the snapshot's; the last 22 % of the cutoffs, of five weeks
 * at most, are the test. What the learner chooses (settings, calibration, intervals) it chooses on windows that closed
 * before. By these choices it is fitted as each week of the test begins, on the windows that had closed and the failures
 * that were known: what is told of a window comes from nothing later than the start of its week. A model trained elsewhere
 * is fitted nowhere: it is tested, and serves, as it is.
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
  const chosen = (stage: 'week' | 'day', share: number, interval?: { spread?: number }) => {
    onProgress?.({ stage, share });
    const labels = labelWindows(training[stage], histories, known);
    const { choice, examples } = chooseHead(kind, training[stage], labels, split, {
      ...{ seed, maxRows: MAX_FIT_ROWS, ...(interval && { interval }) },
      given: given && { model: given[stage], trainedAt: given.trainedAt },
    });
    return {
      choice,
      trainRows: examples.labels.length,
      trainPositives: positivesOf(examples),
      given: given && fitChosen(kind, choice, examples, { seed, given: given[stage] }),
    };
  };
  const day = chosen('day', 0.15, {});
  const spread = day.choice.interval?.spread;
  const week = chosen('week', 0.45, spread === undefined ? undefined : { spread });
  const recipe: Recipe = { kind, seed, week: week.choice, day: day.choice };
  const imported = week.given &&
    day.given && { kind, seed, trainedAt: known, week: week.given, day: day.given };
  const fitted = (from: number, sampled: boolean): ForecastModel =>
    imported ?? fitModel(recipe, prepared, from, { sampled });
  const testPredictions = testWeekly(prepared, (from) => {
    onProgress?.({ stage: 'test', share: 0.5 + (0.3 * (from - known)) / (cutoff - known) });
    return fitted(from, true);
  });
  onProgress?.({ stage: 'fit', share: 0.8 });
  const model = fitted(options.testOnly ? known : cutoff, false);
  const artifact = encodeArtifact(model);
  const headReport = (
    name: 'week' | 'day',
    { choice, trainRows, trainPositives }: typeof week,
  ): HeadReport => ({
    ...{ trainRows, trainPositives },
    calibration: choice.shape.kind,
    settings: model[name].model.settings,
    ...metricsOf({ week: matrices.week, split }, testPredictions, name),
  });
  return {
    artifact,
    testPredictions,
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
      week: headReport('week', week),
      day: headReport('day', day),
    },
  };
}

function spanDays(histories: readonly JobHistory[], cutoff: number): number {
  const first = histories.reduce((least, job) => Math.min(least, job.startedAt[0] ?? cutoff), cutoff);
  return (cutoff - first) / DAY_MS;
}

/** Of the rows of one head; `onset`: of those whose job had no failure in the week before. */
function metricsOf(
  { week, split }: { week: FeatureMatrix; split: CutoffSplit },
  { horizon, label, probability }: TestPredictions,
  head: 'week' | 'day',
): Pick<HeadReport, 'test' | 'onset'> {
  const test = new Set(split.test);
  const failedBefore = columnNamed(week, 'last_window_failed').filter((_, r) => test.has(week.cutoff[r]!));
  const rows = Int32Array.from(horizon.keys()).filter((r) => (head === 'week') === (horizon[r] === 0));
  const perJob = head === 'week' ? 1 : WEEK_DAYS;
  const onset = rows.filter((_, i) => failedBefore[Math.floor(i / perJob)] !== 1);
  const measured = (some: Int32Array) =>
    measureForecast(
      pick(label, some, new Uint8Array(some.length)),
      pick(probability, some, new Float64Array(some.length)),
    );
  return { test: measured(rows), onset: measured(onset) };
}
