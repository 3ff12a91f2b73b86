import { ByteReader, ByteWriter } from './binary.ts';

/**
 * What a contestant forecast for the test windows, and what happened: one entry per row, the same rows in the
 * same order for every contestant of one snapshot.
 */
export interface TestPredictions {
  jobId: Float64Array;
  /** Epoch milliseconds. */
  cutoff: Float64Array;
  /** Day ahead, 1 to 7; 0 for the whole week. */
  horizon: Uint8Array;
  label: Uint8Array;
  probability: Float64Array;
}

const MAGIC = 'SETLPRED';
const VERSION = 1;

export function encodeTestPredictions(predictions: TestPredictions): Uint8Array {
  const writer = new ByteWriter(MAGIC, VERSION);
  writer.column(predictions.jobId);
  writer.column(predictions.cutoff);
  writer.column(predictions.probability);
  writer.column(predictions.horizon);
  writer.column(predictions.label);
  return writer.finish();
}

/** @throws Error when the bytes are no predictions of this version, or are cut short. */
export function decodeTestPredictions(bytes: Uint8Array): TestPredictions {
  const reader = new ByteReader(bytes, 'test predictions', MAGIC, VERSION);
  const jobId = reader.float64();
  const cutoff = reader.float64();
  const probability = reader.float64();
  const horizon = reader.uint8();
  const label = reader.uint8();
  reader.end();
  return { jobId, cutoff, horizon, label, probability };
}
