import type { HostSeries } from '../../records/job-history.ts';
import type { HostFacts, HostRun, MetricFacts } from '../hosts/host-facts.ts';
import { OpenFindings } from './open-findings.ts';
import type { Rules } from './rules.ts';
import type { WatchedJob } from './watched-job.ts';

const DAY_MS = 86_400_000;

/** One server of a replay. */
export class WatchedHost {
  readonly open: OpenFindings;
  readonly #rules: Rules;
  readonly #series: readonly HostSeries[];
  readonly #jobs: readonly WatchedJob[];
  #facts: HostFacts;

  /** @param jobs that run on it */
  constructor(host: string, series: readonly HostSeries[], jobs: readonly WatchedJob[], rules: Rules) {
    this.open = new OpenFindings({ type: 'host', host });
    this.#rules = rules;
    this.#series = series;
    this.#jobs = jobs;
    this.#facts = { host, metrics: series.map(({ metric }) => noSamples(metric, null)), runs: [] };
  }

  /** A sample of one of its series is known. */
  learnOf(series: HostSeries, place: number): void {
    const metric = this.#facts.metrics[this.#series.indexOf(series)]! as MetricFacts & Fresh;
    metric.ts.push(series.ts[place]!);
    metric.knownAtMs.push(series.knownAt[place]!);
    metric.value.push(series.value[place]!);
  }

  /** @returns whether something began or ended to be wrong */
  look(asOfMs: number): boolean {
    const runs = this.#runsSince(asOfMs - DAY_MS);
    const { facts, found } = this.#rules.detectHost({ ...this.#facts, runs }, asOfMs);
    this.#facts = { ...facts, metrics: facts.metrics.map(({ metric, watch }) => noSamples(metric, watch)) };
    return this.open.take(found, asOfMs);
  }

  /** Runs that were under way since an instant, by start. */
  #runsSince(sinceMs: number): HostRun[] {
    const found: HostRun[] = [];
    for (const { feed, runs } of this.#jobs) {
      const { jobId, namespace, job } = feed;
      // By start: what began long before was over long before, or hangs.
      for (let i = runs.length - 1; i >= 0 && runs[i]!.startedAtMs > sinceMs - DAY_MS; i--) {
        const { runKey, startedAtMs, endedAtMs, status } = runs[i]!;
        if (status !== 'running' && (endedAtMs ?? startedAtMs) <= sinceMs) continue;
        found.push({ jobId, namespace, job, runKey, startedAtMs, endedAtMs });
      }
    }
    return found.sort((a, b) => a.startedAtMs - b.startedAtMs);
  }
}

interface Fresh {
  ts: number[];
  knownAtMs: number[];
  value: number[];
}

const noSamples = (metric: string, watch: MetricFacts['watch']): MetricFacts & Fresh => ({
  ...{ metric, watch, ts: [], knownAtMs: [], value: [] },
});
