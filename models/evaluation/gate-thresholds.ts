/** What the gate asks. Set in the configuration, and fixed for a training when its data is frozen. */
export interface GateThresholds {
  minPositives: number;
  minNegatives: number;
  minJobs: number;
  minWindows: number;
  /** Of the paired bootstrap's interval; its lower bound must be above zero. */
  confidence: number;
  resamples: number;
  seed: number;
  /** How much smaller than a base rate's the Brier score must be, as a share of it. */
  minBrierSkill: number;
  maxCalibrationError: number;
  /** How much larger than the rival's the Brier score of a slice may be, as a share of it. */
  sliceTolerance: number;
  /** A slice with fewer rows or failures is not looked at. */
  sliceMinRows: number;
  sliceMinPositives: number;
  /** Of the slices that are said to be worse, the share that may be so by chance. */
  falseDiscoveryRate: number;
  /** ROC-AUC of a single column; more is no forecast but the answer. */
  maxColumnAuc: number;
  /** A week may have so many times the runs, or the odds of a failure, of a usual one, or so many times fewer … */
  maxShiftFactor: number;
  /** … where it is also so many standard deviations away from it. */
  maxShiftDeviations: number;
  /** Of the runs of a week, the share by which one job or source may tell more than it usually does. */
  maxFloodShare: number;
  /** Of the columns that told rows apart, the share that may no longer do. */
  maxFrozenShare: number;
}

/**
 * The confidence is high because the challenger is the best of several on the same rows, and because a forecast that
 * is not better is no reason to change anything. Average precision alone favours scores without ties a little even on
 * noise; the Brier skill asked for keeps such luck out. Inputs that are three or four times as bad are the weather that
 * a model is trained anew for; what is beyond five is looked at by a person first.
 */
export const GATE_THRESHOLDS: GateThresholds = {
  minPositives: 25,
  minNegatives: 25,
  minJobs: 8,
  minWindows: 3,
  confidence: 0.99,
  resamples: 500,
  seed: 20_260_101,
  minBrierSkill: 0.01,
  maxCalibrationError: 0.1,
  sliceTolerance: 0.05,
  sliceMinRows: 50,
  sliceMinPositives: 10,
  falseDiscoveryRate: 0.05,
  maxColumnAuc: 0.995,
  maxShiftFactor: 5,
  maxShiftDeviations: 6,
  maxFloodShare: 0.5,
  maxFrozenShare: 0.25,
};
