import type { HostSeries } from '../records/job-history.ts';
import { DAY_MS, type FeatureDefinition } from './feature.ts';

const RESOURCES = [
  { key: 'cpu', pattern: /cpu/i, en: 'processor', fr: 'processeur' },
  { key: 'memory', pattern: /mem|ram/i, en: 'memory', fr: 'mémoire' },
  { key: 'disk', pattern: /disk|filesystem/i, en: 'disk', fr: 'disque' },
] as const;

export const hostMetricDefinitions: readonly FeatureDefinition[] = RESOURCES.flatMap(
  ({ key, en, fr }): FeatureDefinition[] => [
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
  ],
);

/**
 * For each host the values of `hostMetricDefinitions` at each cutoff, from samples taken before it.
 *
 * Trend is the slope of the least-squares line. A host may tell several metrics of one resource (disk use and
 * disk reads): the one whose name holds `use` or `percent` counts, else the first by name.
 *
 * @returns host → Float64Array of cutoffs.length × definitions, NaN where nothing was sampled
 */
export function readHostMetrics(series: readonly HostSeries[], cutoffs: readonly number[]) {
  const width = hostMetricDefinitions.length;
  const byHost = new Map<string, Float64Array>();
  for (const host of new Set(series.map((one) => one.host))) {
    const values = new Float64Array(cutoffs.length * width).fill(Number.NaN);
    RESOURCES.forEach(({ pattern }, resource) => {
      const chosen = chooseSeries(series, host, pattern);
      if (chosen === undefined) return;
      cutoffs.forEach((cutoff, c) => {
        values.set(summarise(chosen, cutoff), c * width + resource * 3);
      });
    });
    byHost.set(host, values);
  }
  return byHost;
}

function chooseSeries(series: readonly HostSeries[], host: string, pattern: RegExp): HostSeries | undefined {
  const rank = (metric: string) => (/percent|pct|use|util/i.test(metric) ? 0 : 1);
  return series
    .filter((one) => one.host === host && pattern.test(one.metric))
    .sort((a, b) => rank(a.metric) - rank(b.metric) || (a.metric < b.metric ? -1 : 1))[0];
}

function summarise({ ts, value }: HostSeries, cutoff: number): [mean: number, peak: number, trend: number] {
  let sum = 0;
  let count = 0;
  let peak = Number.NEGATIVE_INFINITY;
  let n = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (let i = firstAtOrAfter(ts, cutoff) - 1; i >= 0 && ts[i]! >= cutoff - 7 * DAY_MS; i--) {
    const y = value[i]!;
    if (!Number.isFinite(y)) continue;
    const x = (ts[i]! - cutoff) / DAY_MS;
    if (x >= -1) {
      sum += y;
      count++;
      if (y > peak) peak = y;
    }
    n++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const spread = n * sumXX - sumX * sumX;
  const trend = n >= 3 && spread > 1e-9 * n * sumXX ? (n * sumXY - sumX * sumY) / spread : Number.NaN;
  return count === 0 ? [Number.NaN, Number.NaN, trend] : [sum / count, peak, trend];
}

function firstAtOrAfter(ts: Float64Array, instant: number): number {
  let low = 0;
  let high = ts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ts[middle]! < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
