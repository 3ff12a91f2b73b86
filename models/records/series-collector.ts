import { GrowingColumn } from './growing-column.ts';
import type { HostSeries } from './job-history.ts';
import type { MetricSample } from './run.ts';

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Makes series of samples that come in any order; of samples of one instant the larger value counts. Logs of metrics
 * tell no arrival: a sample is known when it is measured.
 */
export class SeriesCollector {
  readonly #hosts = new Map<string, Map<string, { ts: GrowingColumn; value: GrowingColumn }>>();

  add({ host, metric, ts, value }: MetricSample): void {
    let metrics = this.#hosts.get(host);
    if (metrics === undefined) {
      metrics = new Map();
      this.#hosts.set(host, metrics);
    }
    let series = metrics.get(metric);
    if (series === undefined) {
      series = { ts: new GrowingColumn(), value: new GrowingColumn() };
      metrics.set(metric, series);
    }
    series.ts.set(series.ts.length, ts);
    series.value.set(series.value.length, value);
  }

  /** By host and metric; samples by instant. */
  series(): HostSeries[] {
    const found: HostSeries[] = [];
    for (const [host, metrics] of this.#hosts) {
      for (const [metric, { ts, value }] of metrics) {
        const order = Int32Array.from({ length: ts.length }, (_, i) => i);
        order.sort((a, b) => ts.get(a) - ts.get(b) || value.get(b) - value.get(a));
        const kept = order.filter((at, i) => i === 0 || ts.get(at) !== ts.get(order[i - 1]!));
        const measuredAt = ts.at(kept);
        found.push({ host, metric, ts: measuredAt, knownAt: measuredAt, value: value.at(kept) });
      }
    }
    return found.sort((a, b) => byText(a.host, b.host) || byText(a.metric, b.metric));
  }
}
