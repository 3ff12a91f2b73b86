import type { HostSeries } from '../records/job-history.ts';
import { DISK_WINDOW_DAYS, daysToFull } from './disk-full.ts';
import { DAY_MS, type FeatureDefinition } from './feature.ts';
import { firstAtOrAfter } from './first-at-or-after.ts';

const RESOURCES = [
  { key: 'cpu', pattern: /cpu/i, en: 'processor', fr: 'processeur' },
  { key: 'memory', pattern: /mem|ram/i, en: 'memory', fr: 'mémoire' },
  { key: 'disk', pattern: /disk|filesystem/i, en: 'disk', fr: 'disque' },
] as const;

const ofResources = RESOURCES.flatMap(({ key, en, fr }): FeatureDefinition[] => [
  {
    name: `host_${key}_mean`,
    meaning: { en: `mean use of the host's ${en}`, fr: `usage moyen, ${fr} du serveur` },
    unit: 'percent',
    window: '1 d',
  },
  {
    name: `host_${key}_peak`,
    meaning: { en: `peak use of the host's ${en}`, fr: `usage maximal, ${fr} du serveur` },
    unit: 'percent',
    window: '1 d',
  },
  {
    name: `host_${key}_trend`,
    meaning: { en: `weekly trend of the host's ${en}`, fr: `tendance sur la semaine, ${fr} du serveur` },
    unit: 'percent per day',
    window: '7 d',
  },
  {
    name: `host_${key}_peak_7d`,
    meaning: {
      en: `peak use of the host's ${en} in 7 days`,
      fr: `usage maximal sur 7 jours, ${fr} du serveur`,
    },
    unit: 'percent',
    window: '7 d',
  },
]);
const PER_RESOURCE = ofResources.length / RESOURCES.length;

export const hostMetricDefinitions: readonly FeatureDefinition[] = [
  ...ofResources,
  {
    name: 'host_disk_days_to_full',
    meaning: {
      en: "days until the host's disk is full, at the pace of 14 days",
      fr: 'jours avant que le disque du serveur soit plein, au rythme de 14 jours',
    },
    unit: 'days',
    window: '14 d',
  },
];
const FULL_AT = ofResources.length;

/**
 * For each host the values of `hostMetricDefinitions` at each cutoff, from samples taken before it and known by it.
 *
 * Trend is the slope of the least-squares line. A host may tell several metrics of one resource (disk use and
 * disk reads): of those told of in 14 days the one whose name holds `use` or `percent` counts, else the first by
 * name.
 *
 * @returns host → Float64Array of cutoffs.length × definitions, NaN where nothing was sampled
 */
export function readHostMetrics(series: readonly HostSeries[], cutoffs: readonly number[]) {
  const width = hostMetricDefinitions.length;
  const byHost = new Map<string, Float64Array>();
  for (const [host, ofHost] of Map.groupBy(series, (one) => one.host)) {
    const values = new Float64Array(cutoffs.length * width).fill(Number.NaN);
    RESOURCES.forEach(({ key, pattern }, resource) => {
      const ranked = rankSeries(ofHost, pattern);
      if (ranked.length === 0) return;
      cutoffs.forEach((cutoff, c) => {
        const chosen = ranked.find((one) => isTold(one, cutoff));
        if (chosen === undefined) return;
        values.set(summarise(chosen, cutoff), c * width + resource * PER_RESOURCE);
        if (key === 'disk') values[c * width + FULL_AT] = daysToFull(chosen, cutoff);
      });
    });
    byHost.set(host, values);
  }
  return byHost;
}

function rankSeries(ofHost: readonly HostSeries[], pattern: RegExp): HostSeries[] {
  const rank = (metric: string) => (/percent|pct|use|util/i.test(metric) ? 0 : 1);
  return ofHost
    .filter((one) => pattern.test(one.metric))
    .sort((a, b) => rank(a.metric) - rank(b.metric) || (a.metric < b.metric ? -1 : 1));
}

/** Whether it was told of lately, so that neither a series of the past nor one of the future decides which counts. */
function isTold({ ts, knownAt }: HostSeries, cutoff: number): boolean {
  for (let i = firstAtOrAfter(ts, cutoff) - 1; i >= 0 && ts[i]! >= cutoff - DISK_WINDOW_DAYS * DAY_MS; i--) {
    if (knownAt[i]! <= cutoff) return true;
  }
  return false;
}

function summarise(
  { ts, knownAt, value }: HostSeries,
  cutoff: number,
): [mean: number, peak: number, trend: number, peak7d: number] {
  let sum = 0;
  let count = 0;
  let peak = Number.NEGATIVE_INFINITY;
  let peak7d = Number.NEGATIVE_INFINITY;
  let n = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (let i = firstAtOrAfter(ts, cutoff) - 1; i >= 0 && ts[i]! >= cutoff - 7 * DAY_MS; i--) {
    const y = value[i]!;
    if (knownAt[i]! > cutoff || !Number.isFinite(y)) continue;
    const x = (ts[i]! - cutoff) / DAY_MS;
    if (x >= -1) {
      sum += y;
      count++;
      if (y > peak) peak = y;
    }
    if (y > peak7d) peak7d = y;
    n++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const spread = n * sumXX - sumX * sumX;
  const trend = n >= 3 && spread > 1e-9 * n * sumXX ? (n * sumXY - sumX * sumY) / spread : Number.NaN;
  const week = n === 0 ? Number.NaN : peak7d;
  return count === 0 ? [Number.NaN, Number.NaN, trend, week] : [sum / count, peak, trend, week];
}
