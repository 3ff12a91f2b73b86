import type { DriftLimits } from './watch-features.ts';

/** From when on the model counts as no longer what it was. */
export interface MonitoringLimits extends DriftLimits {
  /** Share of the features, of those that could be compared, that have moved. */
  driftedShare: number;
  /** By how much windows of the same score fail more or less often than in the test; a probability. */
  conceptShift: number;
  /** Share of the gain over one chance for all that the test promised, at or below which the promise is broken. */
  promiseKept: number;
  /** The same share from which on a broken promise counts as kept again. */
  promiseRestored: number;
  /** By how much more or fewer windows fail than in the test; a probability. */
  labelShift: number;
  /** Weeks of outcomes that are looked at. */
  weeks: number;
}

/** A stability index of 0.25 and a third of the features are what credit scoring calls moved; a point in ten is worth acting on. */
export const MONITORING_LIMITS: MonitoringLimits = {
  psi: 0.25,
  falseDiscovery: 0.01,
  driftedShare: 0.33,
  conceptShift: 0.1,
  promiseKept: 0.5,
  promiseRestored: 0.8,
  labelShift: 0.1,
  weeks: 6,
};
