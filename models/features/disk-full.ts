import type { HostSeries } from '../records/job-history.ts';
import { daysBack } from './day-bits.ts';
import { DAY_MS } from './feature.ts';
import { firstAtOrAfter } from './first-at-or-after.ts';
import { robustLine } from './robust-line.ts';

/** Days before the cutoff that the line is laid through. */
export const DISK_WINDOW_DAYS = 14;
/** Fewer days with a sample tell no trend. */
const MIN_DAYS = 5;
/** Farther ahead nobody can see; a disk that needs longer has this many days. */
export const MOST_DAYS = 60;
/** A disk that is as full as this is full. */
const FULL_PERCENT = 99.95;
/** Points a day; what grows more slowly does not grow. */
const LEAST_GROWTH = 0.01;

/** Names of metrics that tell in percent how full a disk is. */
const IS_FULLNESS = /percent|pct|used|usage|full/i;
const IS_OTHER = /free|avail|read|write|byte|inode|latency|await|queue|(^|_)io(_|$)/i;

/**
 * Days until the disk is full, from 0 to 60: the robust line through the highest value of each of the last 14 days
 * (days of 24 hours back from the cutoff), drawn on to 100 %.
 *
 * @param most percent that it is full now at most, where that is known better: after space was made the line is too
 * high for days
 * @returns NaN when it does not grow, when fewer than five days were sampled, or when the metric is no percentage
 * of use
 */
export function daysToFull(series: HostSeries, cutoff: number, most = Number.POSITIVE_INFINITY): number {
  if (!IS_FULLNESS.test(series.metric) || IS_OTHER.test(series.metric)) return Number.NaN;
  const peaks = dailyPeaks(series, cutoff);
  const x = peaks.map(({ at }) => (at - cutoff) / DAY_MS);
  const y = peaks.map(({ value }) => value);
  if (y.some((value) => value < 0 || value > 100.5)) return Number.NaN;
  if (y.length > 0 && x[0]! >= -1 && Math.min(y[0]!, most) >= FULL_PERCENT) return 0;
  const line = y.length < MIN_DAYS ? null : robustLine(x, y);
  if (line === null || line.slope < LEAST_GROWTH) return Number.NaN;
  return Math.min(MOST_DAYS, Math.max(0, (100 - Math.min(line.level, most)) / line.slope));
}

/** The highest known sample of each day back from the cutoff that has one, the last day first; of equal ones the first. */
function dailyPeaks({ ts, knownAt, value }: HostSeries, cutoff: number): { at: number; value: number }[] {
  const peaks: ({ at: number; value: number } | undefined)[] = Array(DISK_WINDOW_DAYS);
  const from = firstAtOrAfter(ts, cutoff - DISK_WINDOW_DAYS * DAY_MS);
  const to = firstAtOrAfter(ts, cutoff);
  for (let i = from; i < to; i++) {
    if (knownAt[i]! > cutoff || !Number.isFinite(value[i]!)) continue;
    const day = daysBack(ts[i]!, cutoff);
    const peak = peaks[day];
    if (peak === undefined || value[i]! > peak.value) peaks[day] = { at: ts[i]!, value: value[i]! };
  }
  return peaks.filter((peak) => peak !== undefined);
}
