import type { MetricSample } from '../records/run.ts';
import { advanceDay, type Estate } from './estate.ts';
import { asRunning, type RunRow } from './run-row.ts';
import type { TruthRow } from './truth.ts';

/** What became known in a span of simulated time, each kind in the order in which it did. */
export interface Arrived {
  /** Runs whose end reached the log. */
  finished: RunRow[];
  /** Runs that started in the span and whose end was not known when it closed, as `running` rows. */
  running: RunRow[];
  samples: MetricSample[];
  /** Truth of the days that began in the span. */
  truth: TruthRow[];
}

export interface Arrivals {
  /** Everything known up to here has been handed out, epoch milliseconds. */
  readonly until: number;
  /** Moves to a later instant and returns what became known in between (after the last, up to this one). */
  advanceTo(instant: number): Arrived;
}

/**
 * Reads a new estate as its customer would: row by row, as the logs are written. Keeps about a day of rows;
 * steps of any size give the same rows in the same order.
 *
 * @throws RangeError when asked to go back, or when the estate has been advanced already.
 */
export function createArrivals(estate: Estate): Arrivals {
  if (estate.nextDay !== 0) {
    throw new RangeError(`arrivals requires an estate before its first day, got day ${estate.nextDay}`);
  }
  let until = estate.nextDayMs;
  let waitingRuns: RunRow[] = [];
  let waitingSamples: MetricSample[] = [];

  function advanceTo(instant: number): Arrived {
    if (!(instant >= until)) throw new RangeError(`arrivals cannot go back from ${until} to ${instant}`);
    const truth: TruthRow[] = [];
    while (estate.nextDayMs < instant) {
      const day = advanceDay(estate);
      for (const run of day.runs) waitingRuns.push(run);
      for (const sample of day.samples) waitingSamples.push(sample);
      for (const row of day.truth) truth.push(row);
    }
    const from = until;
    until = instant;
    const finished = waitingRuns.filter((run) => run.knownAt <= instant).sort(byArrival);
    waitingRuns = waitingRuns.filter((run) => run.knownAt > instant);
    const running = waitingRuns
      .filter((run) => run.startedAt > from && run.startedAt <= instant)
      .map(asRunning)
      .sort(byArrival);
    const samples = waitingSamples.filter((sample) => sample.ts <= instant).sort((a, b) => a.ts - b.ts);
    waitingSamples = waitingSamples.filter((sample) => sample.ts > instant);
    return { finished, running, samples, truth };
  }

  return {
    get until() {
      return until;
    },
    advanceTo,
  };
}

function byArrival(a: RunRow, b: RunRow): number {
  return a.knownAt - b.knownAt || (a.runId < b.runId ? -1 : a.runId > b.runId ? 1 : 0);
}
