import { requirePairs } from './rank-order.ts';

/** Forecasts of about the same probability, and how many of them came true. */
export interface CalibrationBin {
  /** Lower bound of the probabilities in it. */
  from: number;
  rows: number;
  /** Mean probability. */
  forecast: number;
  /** Share that came true. */
  failed: number;
  /** Where that share may lie: Wilson interval, 95 %. */
  low: number;
  high: number;
}

/** Quantile of the normal distribution for 95 %. */
const Z = 1.959964;

/** Equally wide bins of probability, those without forecasts left out; lowest first. */
export function calibrationBins(
  labels: Uint8Array,
  probabilities: Float64Array,
  bins = 10,
): CalibrationBin[] {
  requirePairs(labels, probabilities);
  const rows = new Float64Array(bins);
  const sum = new Float64Array(bins);
  const failed = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const bin = Math.min(bins - 1, Math.floor(probabilities[i]! * bins));
    rows[bin]! += 1;
    sum[bin]! += probabilities[i]!;
    failed[bin]! += labels[i]!;
  }
  return Array.from(rows.keys())
    .filter((bin) => rows[bin]! > 0)
    .map((bin) => ({
      from: bin / bins,
      rows: rows[bin]!,
      forecast: Math.min(1, sum[bin]! / rows[bin]!),
      failed: failed[bin]! / rows[bin]!,
      ...wilson(failed[bin]!, rows[bin]!),
    }));
}

/** The same with where each share may lie, for bins that were kept without it. */
export const withIntervals = (
  bins: readonly Pick<CalibrationBin, 'from' | 'rows' | 'forecast' | 'failed'>[],
): CalibrationBin[] =>
  bins.map((bin) => ({ ...bin, ...wilson(Math.round(bin.failed * bin.rows), bin.rows) }));

/** Wilson, "Probable inference, the law of succession, and statistical inference" (1927), for a share. */
function wilson(hits: number, rows: number): { low: number; high: number } {
  const share = hits / rows;
  const scale = 1 + Z ** 2 / rows;
  const centre = (share + Z ** 2 / (2 * rows)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / rows + Z ** 2 / (4 * rows ** 2));
  return {
    low: hits === 0 ? 0 : Math.max(0, centre - half),
    high: hits === rows ? 1 : Math.min(1, centre + half),
  };
}
