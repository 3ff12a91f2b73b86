/** The settings of how models are judged, promoted and watched; for config.ts only. */
import { z } from 'zod';
import { GATE_THRESHOLDS } from './models/evaluation/gate-thresholds.ts';
import { MONITORING_LIMITS } from './models/monitoring/monitoring-limits.ts';
import { PROMOTION_DEFAULTS } from './models/promotion/policy.ts';

const count = (least: number, most: number) => z.int().min(least).max(most);
const share = (least: number, most: number) => z.number().min(least).max(most);

/**
 * Thresholds of the gate; models/evaluation/gate-thresholds.ts says what each is and its default. No bound lets a
 * model through that has shown nothing: there is no confidence below 90 %, and no test without failures.
 */
const gateSchema = z.strictObject({
  minPositives: count(10, 1_000_000).default(GATE_THRESHOLDS.minPositives),
  minNegatives: count(10, 1_000_000).default(GATE_THRESHOLDS.minNegatives),
  minJobs: count(2, 100_000).default(GATE_THRESHOLDS.minJobs),
  minWindows: count(2, 10_000).default(GATE_THRESHOLDS.minWindows),
  confidence: share(0.9, 0.9999).default(GATE_THRESHOLDS.confidence),
  resamples: count(200, 20_000).default(GATE_THRESHOLDS.resamples),
  seed: count(0, Number.MAX_SAFE_INTEGER).default(GATE_THRESHOLDS.seed),
  minBrierSkill: share(0, 0.9).default(GATE_THRESHOLDS.minBrierSkill),
  maxCalibrationError: share(0.001, 0.5).default(GATE_THRESHOLDS.maxCalibrationError),
  sliceTolerance: share(0, 1).default(GATE_THRESHOLDS.sliceTolerance),
  sliceMinRows: count(20, 1_000_000).default(GATE_THRESHOLDS.sliceMinRows),
  sliceMinPositives: count(5, 1_000_000).default(GATE_THRESHOLDS.sliceMinPositives),
  falseDiscoveryRate: share(0.001, 0.5).default(GATE_THRESHOLDS.falseDiscoveryRate),
  maxColumnAuc: share(0.8, 1).default(GATE_THRESHOLDS.maxColumnAuc),
  maxShiftFactor: share(1.1, 1_000).default(GATE_THRESHOLDS.maxShiftFactor),
  maxShiftDeviations: share(3, 1_000).default(GATE_THRESHOLDS.maxShiftDeviations),
  maxFloodShare: share(0.05, 1).default(GATE_THRESHOLDS.maxFloodShare),
  maxFrozenShare: share(0, 1).default(GATE_THRESHOLDS.maxFrozenShare),
});

export const modelSettings = {
  /** How a version becomes the champion: docs/forecast.md. */
  promotion: z.strictObject({
    policy: z.enum(['gate', 'approval']).default(PROMOTION_DEFAULTS.policy),
    twoPeople: z.boolean().default(PROMOTION_DEFAULTS.twoPeople),
    shadowDays: z.int().min(0).max(365).default(PROMOTION_DEFAULTS.shadowDays),
    probationDays: z.int().min(0).max(365).default(PROMOTION_DEFAULTS.probationDays),
    alpha: z.number().min(0.0001).max(0.2).default(PROMOTION_DEFAULTS.alpha),
    minBlocks: z.int().min(1).max(10_000).default(PROMOTION_DEFAULTS.minBlocks),
  }),
  /** From when on the model counts as no longer what it was; see docs/monitoring.md. */
  monitoring: z.strictObject({
    psi: z.number().min(0.05).max(5).default(MONITORING_LIMITS.psi),
    falseDiscovery: z.number().gt(0).max(0.5).default(MONITORING_LIMITS.falseDiscovery),
    driftedShare: z.number().gt(0).max(1).default(MONITORING_LIMITS.driftedShare),
    conceptShift: z.number().gt(0).max(1).default(MONITORING_LIMITS.conceptShift),
    promiseKept: z.number().gt(0).max(1).default(MONITORING_LIMITS.promiseKept),
    promiseRestored: z.number().gt(0).max(1).default(MONITORING_LIMITS.promiseRestored),
    labelShift: z.number().gt(0).max(1).default(MONITORING_LIMITS.labelShift),
    weeks: z.int().min(1).max(13).default(MONITORING_LIMITS.weeks),
  }),
  /** What a model has to show before it is promoted; what is left out has its default. Trainings from then on are asked. */
  gate: gateSchema,
};

export const MODEL_DEFAULTS = {
  promotion: PROMOTION_DEFAULTS,
  monitoring: { ...MONITORING_LIMITS },
  gate: GATE_THRESHOLDS,
};
