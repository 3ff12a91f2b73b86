import type { GateThresholds } from './gate-thresholds.ts';

export interface GateCheck {
  name: string;
  /** Null: could not be decided, or does not apply. */
  passed: boolean | null;
  value: number | null;
  threshold: number | null;
  explanation: { en: string; fr: string };
  /** All that was asked; only of the check that tells since when. */
  thresholds?: GateThresholds;
}

/**
 * A check that passes when the value is at most the threshold. A value that is no number is not known, and what is not
 * known does not pass.
 */
export function checkAtMost(
  name: string,
  value: number | null,
  threshold: number,
  explanation: GateCheck['explanation'],
): GateCheck {
  const known = value === null || Number.isNaN(value) ? null : value;
  return { name, passed: known === null ? null : known <= threshold, value: known, threshold, explanation };
}

/** A check that could not be made. */
export const notKnown = (
  name: string,
  threshold: number,
  explanation: GateCheck['explanation'],
): GateCheck => ({ name, passed: null, value: null, threshold, explanation });
