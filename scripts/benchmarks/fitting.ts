/** What a contestant of `forecast` is asked and answers: ours by messages, the peers by lines of JSON. */

/** The same for everybody who boosts. */
export const TREES = 100;
export const LEAVES = 31;
export const LEARNING_RATE = 0.1;
export const MIN_ROWS = 20;

export interface FitRequest {
  /** Files as `matrixFile` writes them. */
  train: string;
  heldOut: string;
}

export interface Fitted {
  fitSeconds: number;
  /** Of the processor, all threads together: what a busy neighbour takes is not counted. */
  fitCpuSeconds: number;
  /** Of scoring all held-out rows. */
  scoreSeconds: number;
  /** On the held-out rows. */
  averagePrecision: number;
  /** Since the process began; null where the system does not tell. */
  peakMb: number | null;
}

/** What only our own model is measured for. */
export interface Scored {
  /** Median time for 7,000 rows: a week of 1,000 jobs. */
  weekMs: number;
  /** Median time for one row with its reasons. */
  singleMs: number;
}

export type ChildRequest = { fit: FitRequest } | { score: FitRequest } | { mlRandomForest: FitRequest };
