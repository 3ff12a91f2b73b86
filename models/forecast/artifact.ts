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

/** What serves: exactly what was tested. */
export interface ForecastModel {
  kind: LearnerKind;
  seed: number;
  /** Epoch milliseconds up to which runs were known to the training. */
  trainedAt: number;
  week: Head;
  day: Head;
}

const FORMAT = 'smart-etl-forecast';
const VERSION = 2;
/** Without intervals. */
const FIRST_VERSION = 1;

/** UTF-8 JSON with a fixed order of keys; the same model gives the same bytes. */
export function encodeArtifact({ kind, seed, trainedAt, week, day }: ForecastModel): Uint8Array {
  const headJson = ({ model, calibrator, interval }: Head) => ({
    calibrator,
    interval,
    model: model.toJSON(),
  });
  const document = {
    format: FORMAT,
    version: VERSION,
    kind,
    seed,
    trainedAt,
    week: headJson(week),
    day: headJson(day),
  };
  return new TextEncoder().encode(`${JSON.stringify(document)}\n`);
}

/** @throws Error when the bytes are no forecast model of this version. */
export function decodeArtifact(bytes: Uint8Array): ForecastModel {
  let document: ReturnType<typeof JSON.parse>;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Error(`forecast model: expected JSON, found ${(error as Error).message}`);
  }
  if (document?.format !== FORMAT || ![FIRST_VERSION, VERSION].includes(document.version)) {
    const found = `${document?.format} version ${document?.version}`;
    throw new Error(
      `forecast model: expected ${FORMAT} version ${FIRST_VERSION} or ${VERSION}, found ${found}`,
    );
  }
  const head = (json: {
    model: Parameters<typeof modelFromJson>[0];
    calibrator: Calibrator;
    interval?: HeadInterval | null;
  }): Head => ({
    model: modelFromJson(json.model),
    calibrator: json.calibrator,
    interval: json.interval ?? null,
  });
  const { kind, seed, trainedAt } = document;
  return { kind, seed, trainedAt, week: head(document.week), day: head(document.day) };
}

/** As the model gives them, before calibration. */
export const rawProbabilities = ({ model }: Head, matrix: FeatureMatrix): Float64Array =>
  model.predict(alignColumns(matrix, model.names));

export const headProbabilities = (head: Head, matrix: FeatureMatrix): Float64Array =>
  applyCalibrator(head.calibrator, rawProbabilities(head, matrix));
