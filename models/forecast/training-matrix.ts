import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { labelWindows } from '../features/label-windows.ts';
import { fitWeights } from './fit-examples.ts';
import { matricesAt, type PreparedSnapshot } from './prepare-training.ts';

/** What a learner is taught with. One entry per row. */
export interface TaughtRows {
  matrix: FeatureMatrix;
  /** 1: the window saw a failed run start. */
  labels: Uint8Array;
  /** 1 for the newest cutoff, less for older ones. */
  weights: Float64Array;
  /** `later`: settings and calibration are chosen on these; `early`: windows that closed before them; `gap`: the rest. */
  part: ('early' | 'gap' | 'later')[];
}

export interface TrainingMatrix {
  week: TaughtRows;
  day: TaughtRows;
  /** Epoch milliseconds: nothing in it became known later, and the test windows begin here. Null without any windows. */
  knownUntil: number | null;
  /** First cutoff of the part `later`, to which a model that is to be calibrated well is not fitted. */
  laterFrom: number | null;
}

/** All that may be learned from before a contestant is tested: the rows whose windows closed before the first test. */
export function trainingMatrix({ histories, split, matrices }: PreparedSnapshot): TrainingMatrix {
  const knownUntil = split.firstTest;
  const early = new Set(split.early);
  const later = new Set(split.later);
  const partOf = (cutoff: number) => (early.has(cutoff) ? 'early' : later.has(cutoff) ? 'later' : 'gap');
  const taught = (matrix: FeatureMatrix): TaughtRows => ({
    matrix,
    labels: labelWindows(matrix, histories, knownUntil ?? 0),
    weights: fitWeights(matrix.cutoff),
    part: Array.from(matrix.cutoff, partOf),
  });
  const { week, day } = matricesAt(matrices(), split.train);
  return { week: taught(week), day: taught(day), knownUntil, laterFrom: split.later[0] ?? null };
}
