import { z } from 'zod';
import { GATE_THRESHOLDS as USUAL } from './models/evaluation/gate-thresholds.ts';

const count = (least: number, most: number) => z.int().min(least).max(most);
const share = (least: number, most: number) => z.number().min(least).max(most);

/**
 * Thresholds of the gate; models/evaluation/gate-thresholds.ts says what each is and its default. No bound lets a
 * model through that has shown nothing: there is no confidence below 90 %, and no test without failures.
 */
export const gateSchema = z.strictObject({
  minPositives: count(10, 1_000_000).default(USUAL.minPositives),
  minNegatives: count(10, 1_000_000).default(USUAL.minNegatives),
  minJobs: count(2, 100_000).default(USUAL.minJobs),
  minWindows: count(2, 10_000).default(USUAL.minWindows),
  confidence: share(0.9, 0.9999).default(USUAL.confidence),
  resamples: count(200, 20_000).default(USUAL.resamples),
  seed: count(0, Number.MAX_SAFE_INTEGER).default(USUAL.seed),
  minBrierSkill: share(0, 0.9).default(USUAL.minBrierSkill),
  maxCalibrationError: share(0.001, 0.5).default(USUAL.maxCalibrationError),
  sliceTolerance: share(0, 1).default(USUAL.sliceTolerance),
  sliceMinRows: count(20, 1_000_000).default(USUAL.sliceMinRows),
  sliceMinPositives: count(5, 1_000_000).default(USUAL.sliceMinPositives),
  falseDiscoveryRate: share(0.001, 0.5).default(USUAL.falseDiscoveryRate),
  maxColumnAuc: share(0.8, 1).default(USUAL.maxColumnAuc),
  maxShiftFactor: share(1.1, 1_000).default(USUAL.maxShiftFactor),
  maxShiftDeviations: share(3, 1_000).default(USUAL.maxShiftDeviations),
  maxFloodShare: share(0.05, 1).default(USUAL.maxFloodShare),
  maxFrozenShare: share(0, 1).default(USUAL.maxFrozenShare),
});
