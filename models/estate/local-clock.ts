import { LocalTime } from '../clean/local-time.ts';
import type { MetricSample } from '../records/run.ts';
import type { RunRow } from './run-row.ts';

/** What a day of an estate leaves that has instants in it. */
interface Timed {
  runs: RunRow[];
  samples: MetricSample[];
}

/**
 * Reads a simulated day as the wall clock of a place: what was drawn for 02:30 happens when that clock shows 02:30.
 *
 * In the night the clock is put forward, what is planned once a day in the skipped hour runs an hour later on the
 * clock, as cron does, and what runs several times a day leaves that hour out: it did not exist. In the night it is
 * put back, the repeated hour has these once more, under a run id of its own, and samples as well. Durations and the
 * delays of logs stay what they are.
 */
export class LocalClock {
  readonly #time: LocalTime;
  readonly #frequent: ReadonlySet<string>;

  /** @param frequent names of the jobs that run several times a day */
  constructor(timeZone: string, frequent: ReadonlySet<string>) {
    this.#time = new LocalTime(timeZone);
    this.#frequent = frequent;
  }

  /** The instant at which the clock shows a time, given as if it were UTC; the first one of two. */
  instantOf(wallMs: number): number {
    return this.#time.read(wallMs);
  }

  /** The same day in real instants. */
  moved<Day extends Timed>(day: Day): Day {
    return {
      ...day,
      runs: day.runs.flatMap((run) => this.#runsAt(run)),
      samples: this.#samplesAt(day.samples),
    };
  }

  #runsAt(run: RunRow): RunRow[] {
    const at = this.#time.read(run.startedAt);
    const { doubt, later } = this.#time;
    const frequent = this.#frequent.has(run.job);
    if (frequent && doubt === 'skipped') return [];
    const first = movedRun(run, at);
    return frequent && doubt === 'repeated'
      ? [first, { ...movedRun(run, later), runId: again(run) }]
      : [first];
  }

  #samplesAt(samples: readonly MetricSample[]): MetricSample[] {
    const kept: MetricSample[] = [];
    for (const sample of samples) {
      // A sample tells of the minutes before it, so 03:00 belongs to the hour from 02:00.
      const at = this.#time.read(sample.ts - 1) + 1;
      const { doubt, later } = this.#time;
      if (doubt === 'skipped') continue;
      kept.push({ ...sample, ts: at });
      if (doubt === 'repeated') kept.push({ ...sample, ts: later + 1 });
    }
    return kept;
  }
}

function movedRun(run: RunRow, startedAt: number): RunRow {
  const by = startedAt - run.startedAt;
  return {
    ...run,
    startedAt,
    endedAt: run.endedAt === null ? null : run.endedAt + by,
    knownAt: run.knownAt + by,
  };
}

/** Logs number what they have seen before. */
const again = ({ runId }: RunRow): string =>
  `${runId.slice(0, runId.lastIndexOf('.'))}b${runId.slice(runId.lastIndexOf('.'))}`;
