import type { Random } from '../../random.ts';
import type { MetricSample } from '../../records/run.ts';
import { between, chance, choice } from '../draws.ts';
import { errorText } from '../error-text.ts';
import type { ErrorFamily } from '../job.ts';
import type { AnomalyTruth } from './anomaly-truth.ts';
import { failedRun, type PlannedRows, retimed, wholeSeconds } from './planned-rows.ts';

const HOUR_MS = 3_600_000;

interface Peak {
  metric: string;
  /** What the metric shows while it lasts. */
  level: [number, number];
  /** What it adds where the metric has no ceiling. */
  fails: ErrorFamily;
}

const PEAKS = {
  cpu: { metric: 'cpu_percent', level: [96, 99.9], fails: 'timeout' },
  memory: { metric: 'memory_percent', level: [96, 99.5], fails: 'memory' },
  disk: { metric: 'disk_used_percent', level: [98.5, 99.8], fails: 'disk' },
  io: { metric: 'io_wait_percent', level: [55, 85], fails: 'connection' },
} satisfies Record<string, Peak>;

/** Samples of fewer in a row are no state of a server. */
const LEAST_HOURS = 2;
const MOST_HOURS = 5;

/**
 * A server at its limit for some hours of the day: its samples tell it, runs on it take up to twice as long or fail.
 *
 * @returns its truth and that of the runs, without cause; the samples of the day with the peak in them
 */
export function strikeHost(
  host: string,
  day: { startMs: number; date: string },
  planned: readonly PlannedRows[],
  samples: readonly MetricSample[],
  random: Random,
): { truth: Omit<AnomalyTruth, 'cause' | 'causeKind'>[]; samples: MetricSample[] } {
  const variant = choice(random, Object.keys(PEAKS) as (keyof typeof PEAKS)[]);
  const peak: Peak = PEAKS[variant];
  const hours = between(random, LEAST_HOURS, MOST_HOURS);
  const fromMs = day.startMs + wholeSeconds(between(random, 0, 24 - hours) * HOUR_MS);
  const untilMs = fromMs + wholeSeconds(hours * HOUR_MS);
  let knowableMs = untilMs;
  const changed = samples.map((sample) => {
    if (sample.host !== host || sample.metric !== peak.metric) return sample;
    if (sample.ts <= fromMs || sample.ts > untilMs) return sample;
    knowableMs = Math.min(knowableMs, sample.ts);
    return { ...sample, value: Math.round(10 * between(random, ...peak.level)) / 10 };
  });
  const runsOn = planned.filter(
    ({ rows, taken, startMs }) => !taken && rows[0]?.host === host && startMs >= fromMs && startMs < untilMs,
  );
  const base = { variant: null, dueMs: null, file: null };
  const truth: Omit<AnomalyTruth, 'cause' | 'causeKind'>[] = [
    {
      ...base,
      kind: 'host',
      variant,
      subject: { host },
      fromMs,
      untilMs,
      knowableMs,
      runIds: [],
      certain: true,
    },
  ];
  for (const one of runsOn) {
    one.taken = true;
    const run = one.rows[0]!;
    if (one.rows.length !== 1 || run.status !== 'succeeded') continue;
    const subject = { job: one.job.name };
    if (chance(random, 0.15)) {
      const error = errorText(random, peak.fails, one.job, day.date);
      const failed = failedRun(
        run,
        wholeSeconds(run.durationMs! * between(random, 0.3, 1)),
        error,
        one.job.statusWords[1],
      );
      one.rows = [failed];
      const known = failed.knownAt;
      truth.push({
        ...base,
        kind: 'crash',
        subject,
        fromMs: failed.startedAt,
        untilMs: known,
        knowableMs: known,
        runIds: [run.runId],
        certain: true,
      });
      continue;
    }
    const slower = retimed(run, run.startedAt, wholeSeconds(run.durationMs! * between(random, 1.2, 2)));
    one.rows = [slower];
    truth.push({
      ...base,
      kind: 'slow',
      subject,
      fromMs: slower.startedAt,
      untilMs: slower.knownAt,
      knowableMs: slower.knownAt,
      runIds: [run.runId],
      certain: false,
    });
  }
  return { truth, samples: changed };
}
