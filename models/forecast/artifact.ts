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
export interface ForecastModel {
  kind: LearnerKind;
  seed: number;
  /** Epoch milliseconds up to which runs were known to the training. */
  trainedAt: number;
  week: Head;
  day: Head;
}

const FORMAT = 'smart-etl-forecast';
const VERSION = 3;
/** The first was without intervals; the second had not learned from its test; some of the third hold what was tested, too. */
const READ_VERSIONS = [1, 2, VERSION];

interface HeadJson {
  calibrator: Calibrator;
  interval?: HeadInterval | null;
  model: Parameters<typeof modelFromJson>[0];
}

/** UTF-8 JSON with a fixed order of keys; the same model gives the same bytes. */
export function encodeArtifact({ kind, seed, trainedAt, week, day }: ForecastModel): Uint8Array {
  const headJson = ({ model, calibrator, interval }: Head): HeadJson => ({
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
  const head = ({ model, calibrator, interval }: HeadJson): Head => ({
    model: modelFromJson(model),
    calibrator,
    interval: interval ?? null,
  });
  const { kind, seed, trainedAt, week, day } = document;
  return { kind, seed, trainedAt, week: head(week), day: head(day) };
}

/** As the model gives them, before calibration. */
export const rawProbabilities = ({ model }: Head, matrix: FeatureMatrix): Float64Array =>
  model.predict(alignColumns(matrix, model.names));

export const headProbabilities = (head: Head, matrix: FeatureMatrix): Float64Array =>
  applyCalibrator(head.calibrator, rawProbabilities(head, matrix));
