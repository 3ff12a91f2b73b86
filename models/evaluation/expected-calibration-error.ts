import { requirePairs } from './rank-order.ts';

/**
 * Mean gap between forecast and outcome over ten equally wide bins of probability, weighted by their rows:
 * Guo et al., "On Calibration of Modern Neural Networks" (2017), eq. 3. Null for no rows.
 */
export function expectedCalibrationError(
  labels: Uint8Array,
  probabilities: Float64Array,
  bins = 10,
): number | null {
  requirePairs(labels, probabilities);
  if (labels.length === 0) return null;
  const gap = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const bin = Math.min(bins - 1, Math.floor(probabilities[i]! * bins));
    gap[bin]! += probabilities[i]! - labels[i]!;
  }
  return gap.reduce((sum, value) => sum + Math.abs(value), 0) / labels.length;
}
