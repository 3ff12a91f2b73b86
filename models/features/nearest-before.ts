import type { DaySpans } from './day-spans.ts';

/** A job that ran before another: on the same day (lag 0) or the day before (1). */
export interface Before {
  job: number;
  lag: 0 | 1;
}

/** The jobs taken as near, and those looked at to find them: many may end at the same time and not every day. */
const NEAREST = 3;
const MOST_LOOKED_AT = 12;

/**
 * Of each of these jobs the three that end last before it usually starts, by the clock, and have ended before it starts
 * on nearly every day. What fails plays no part, so that failures can be tested on them afterwards.
 *
 * @param jobs positions in the histories
 */
export function nearestBefore(jobs: readonly number[], spans: DaySpans): Map<number, Before[]> {
  const clocks = jobs.map((job) => ({ job, ...spans.clockOf(job) }));
  const byEnd = clocks.filter(({ endMs }) => !Number.isNaN(endMs));
  byEnd.sort((a, b) => a.endMs - b.endMs || a.job - b.job);
  return new Map(
    clocks.map(({ job, startMs }) => {
      const near: Before[] = [];
      const until = endedBy(byEnd, startMs) - 1;
      for (let back = 0; back < Math.min(MOST_LOOKED_AT, byEnd.length) && near.length < NEAREST; back++) {
        const place = until - back;
        const lag = place >= 0 ? 0 : 1;
        const other = byEnd.at(place % byEnd.length)!;
        if (other.job !== job && spans.precedes(other.job, job, lag)) near.push({ job: other.job, lag });
      }
      return [job, near];
    }),
  );
}

/** How many have usually ended by then. @param byEnd ascending */
function endedBy(byEnd: readonly { endMs: number }[], startMs: number): number {
  let low = 0;
  let high = byEnd.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byEnd[middle]!.endMs <= startMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
