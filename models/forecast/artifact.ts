import { applyCalibrator, type Calibrator } from '../evaluation/calibrate.ts';
import { alignColumns, type FeatureMatrix } from '../features/feature-matrix.ts';
import { modelFromJson } from '../learners/contestants.ts';
import type { FittedModel, LearnerKind } from '../learners/learner.ts';
import type { HeadInterval } from './interval.ts';

/** One question (which week, which day) answered: the model, then the correction of its probabilities. */
export interface Head {
  model: FittedModel;
  calibrator: Calibrator;
  /** null: there was too little later time to say how far it may be off. */
  interval: HeadInterval | null;
}

/** Both questions answered, by what was known at one instant. */
export interface Fit {
  /** Epoch milliseconds up to which runs were known to the training. */
  trainedAt: number;
  week: Head;
  day: Head;
}

/** What serves. */
export interface ForecastModel extends Fit {
  kind: LearnerKind;
  seed: number;
  /** What was tested, which the windows of the test had not taught; null: it is what serves. */
  tested: Fit | null;
}

const FORMAT = 'smart-etl-forecast';
const VERSION = 3;
/** The first was without intervals, the second served what was tested. */
const READ_VERSIONS = [1, 2, VERSION];

/** The model as it was when it was tested: it never knew the windows of its test, nor later ones. */
export const asTested = (model: ForecastModel): ForecastModel => ({
  ...model,
  ...model.tested,
  tested: null,
});

interface HeadJson {
  calibrator: Calibrator;
  interval?: HeadInterval | null;
  model: Parameters<typeof modelFromJson>[0];
}

interface FitJson {
  trainedAt: number;
  week: HeadJson;
  day: HeadJson;
}

/** UTF-8 JSON with a fixed order of keys; the same model gives the same bytes. */
export function encodeArtifact({ kind, seed, tested, ...serving }: ForecastModel): Uint8Array {
  const document = {
    format: FORMAT,
    version: VERSION,
    kind,
    seed,
    ...fitJson(serving),
    tested: tested && fitJson(tested),
  };
  return new TextEncoder().encode(`${JSON.stringify(document)}\n`);
}

function fitJson({ trainedAt, week, day }: Fit): FitJson {
  const headJson = ({ model, calibrator, interval }: Head): HeadJson => ({
    calibrator,
    interval,
    model: model.toJSON(),
  });
  return { trainedAt, week: headJson(week), day: headJson(day) };
}

/** @throws Error when the bytes are no forecast model of a known version. */
export function decodeArtifact(bytes: Uint8Array): ForecastModel {
  let document: ReturnType<typeof JSON.parse>;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Error(`forecast model: expected JSON, found ${(error as Error).message}`);
  }
  if (document?.format !== FORMAT || !READ_VERSIONS.includes(document.version)) {
    const found = `${document?.format} version ${document?.version}`;
    throw new Error(`forecast model: expected ${FORMAT} version ${READ_VERSIONS.join(', ')}, found ${found}`);
  }
  const { kind, seed, tested } = document;
  return { kind, seed, ...fitFrom(document), tested: tested ? fitFrom(tested) : null };
}

function fitFrom({ trainedAt, week, day }: FitJson): Fit {
  const head = ({ model, calibrator, interval }: HeadJson): Head => ({
    model: modelFromJson(model),
    calibrator,
    interval: interval ?? null,
  });
  return { trainedAt, week: head(week), day: head(day) };
}

/** As the model gives them, before calibration. */
export const rawProbabilities = ({ model }: Head, matrix: FeatureMatrix): Float64Array =>
  model.predict(alignColumns(matrix, model.names));

export const headProbabilities = (head: Head, matrix: FeatureMatrix): Float64Array =>
  applyCalibrator(head.calibrator, rawProbabilities(head, matrix));
