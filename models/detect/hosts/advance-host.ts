import { daysToFull } from '../../features/disk-full.ts';
import type { HostFacts } from './host-facts.ts';
import { kindOfMetric } from './metric-class.ts';
import { copyOf, type MetricWatch, startWatch, WATCH_VERSION, watchSample } from './metric-watch.ts';

/** A disk that will be full in so many days is told of, until it has more than the other. */
export const FULL_SOON_DAYS = 3;
const FULL_LATER_DAYS = 5;
/** So many samples tell how full it is now. */
const LATEST = 3;

/**
 * The facts with their samples read into the watches: to be stored, and continued with the samples that follow. The
 * given facts stay as they are. Samples later than `asOfMs`, or known later, are left out.
 */
export function advanceHost(facts: HostFacts, asOfMs: number): HostFacts {
  const metrics = facts.metrics.map((one) => {
    const { metric, ts, knownAtMs, value } = one;
    const isKnown = one.watch?.version === WATCH_VERSION;
    const watch = isKnown ? copyOf(one.watch!) : startWatch();
    for (let i = 0; i < ts.length; i++) {
      if (ts[i]! <= asOfMs && knownAtMs[i]! <= asOfMs)
        watchSample(watch, metric, ts[i]!, value[i]!, knownAtMs[i]!);
    }
    watchFullSoon(watch, metric, asOfMs);
    return { metric, watch, ts: [], knownAtMs: [], value: [] };
  });
  return { ...facts, metrics };
}

function watchFullSoon(watch: MetricWatch, metric: string, asOfMs: number): void {
  const days = daysLeft(watch, metric, asOfMs);
  if (days === null || days > FULL_LATER_DAYS) watch.fullSoon = null;
  else if (watch.fullSoon === null && days <= FULL_SOON_DAYS) watch.fullSoon = { sinceMs: watch.lastMs };
}

/** Days until the disk is full, at the pace of the last two weeks; null when it does not fill, or is none. */
export function daysLeft(
  { peaks, recent }: Pick<MetricWatch, 'peaks' | 'recent'>,
  metric: string,
  asOfMs: number,
): number | null {
  if (kindOfMetric(metric).of !== 'disk') return null;
  const ts = Float64Array.from(peaks, (peak) => peak.ts);
  const value = Float64Array.from(peaks, (peak) => peak.value);
  const now = Math.max(...recent.slice(-LATEST).map((one) => one.value));
  // What was taken at this very instant is known.
  const days = daysToFull({ host: '', metric, ts, knownAt: ts, value }, asOfMs + 1, now);
  return Number.isNaN(days) ? null : days;
}
