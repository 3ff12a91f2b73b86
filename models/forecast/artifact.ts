import { applyCalibrator, type Calibrator } from '../evaluation/calibrate.ts';
import { alignColumns, type FeatureMatrix } from '../features/feature-matrix.ts';
import { modelFromJson } from '../learners/contestants.ts';
import type { FittedModel, LearnerKind } from '../learners/learner.ts';

/** One question (which week, which day) answered: the model, then the correction of its probabilities. */
export interface Head {
  model: FittedModel;
  calibrator: Calibrator;
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
const VERSION = 1;

/** UTF-8 JSON with a fixed order of keys; the same model gives the same bytes. */
export function encodeArtifact({ kind, seed, trainedAt, week, day }: ForecastModel): Uint8Array {
  const headJson = ({ model, calibrator }: Head) => ({ calibrator, model: model.toJSON() });
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
  if (document?.format !== FORMAT || document.version !== VERSION) {
    const found = `${document?.format} version ${document?.version}`;
    throw new Error(`forecast model: expected ${FORMAT} version ${VERSION}, found ${found}`);
  }
  const head = (json: { model: Parameters<typeof modelFromJson>[0]; calibrator: Calibrator }): Head => ({
    model: modelFromJson(json.model),
    calibrator: json.calibrator,
  });
  const { kind, seed, trainedAt } = document;
  return { kind, seed, trainedAt, week: head(document.week), day: head(document.day) };
}

export const headProbabilities = ({ model, calibrator }: Head, matrix: FeatureMatrix): Float64Array =>
  applyCalibrator(calibrator, model.predict(alignColumns(matrix, model.names)));
