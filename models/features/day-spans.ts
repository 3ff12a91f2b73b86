import type { JobHistory } from '../records/job-history.ts';
import { CANCELLED, RUNNING } from '../records/run.ts';
import { daysBack } from './day-bits.ts';
import { DAY_MS } from './feature.ts';
import { firstAtOrAfter } from './first-at-or-after.ts';

/** "Nearly every day". */
export const NEARLY_ALL = 0.9;
/** Schedules change: the order of two jobs is read from these days. */
const DAYS = 90;

interface Spans {
  starts: Float64Array;
  ends: Float64Array;
}

/** Room for the instants of one median. */
const KNOWN = new Float64Array(DAYS);

/** First start and first end of a job's days, read again from the runs that are visible at one cutoff. */
export class DaySpans {
  /** By position of the job; read at this cutoff where `known`. */
  private readonly spans: (Spans | undefined)[];
  private readonly known = new Set<number>();
  private readonly histories: readonly JobHistory[];
  private readonly cutoff: number;

  /** `former`: of the same jobs, used up: its room serves again. */
  constructor(histories: readonly JobHistory[], cutoff: number, former: DaySpans | null = null) {
    this.histories = histories;
    this.cutoff = cutoff;
    this.spans = former?.spans ?? [];
  }

  /** Whether the other had ended before the job's first start of the day, on nearly every day of the job. */
  precedes(other: number, job: number, lag: number): boolean {
    const { ends } = this.of(other);
    const { starts } = this.of(job);
    let days = 0;
    let before = 0;
    for (let day = 0; day < DAYS; day++) {
      const start = starts[day]!;
      if (Number.isNaN(start)) continue;
      days++;
      const end = ends[day + lag] ?? Number.NaN;
      if (end <= start && start - end <= DAY_MS) before++;
    }
    return before >= NEARLY_ALL * days;
  }

  /** When it usually starts and ends, milliseconds of the day that ends at the cutoff: medians; NaN when not known. */
  clockOf(jobIndex: number): { startMs: number; endMs: number } {
    const { starts, ends } = this.of(jobIndex);
    return { startMs: this.usual(starts), endMs: this.usual(ends) };
  }

  /** Median of the time since the beginning of their day. */
  private usual(instants: Float64Array): number {
    let count = 0;
    for (let day = 0; day < DAYS; day++) {
      const sinceMs = instants[day]! - (this.cutoff - (day + 1) * DAY_MS);
      if (!Number.isNaN(sinceMs)) KNOWN[count++] = sinceMs;
    }
    return count === 0 ? Number.NaN : KNOWN.subarray(0, count).sort()[count >> 1]!;
  }

  private of(jobIndex: number): Spans {
    this.spans[jobIndex] ??= { starts: new Float64Array(DAYS), ends: new Float64Array(DAYS) };
    const spans = this.spans[jobIndex];
    if (!this.known.has(jobIndex)) {
      this.known.add(jobIndex);
      this.read(this.histories[jobIndex]!, spans);
    }
    return spans;
  }

  private read({ startedAt, knownAt, durationMs, status }: JobHistory, { starts, ends }: Spans): void {
    starts.fill(Number.NaN);
    ends.fill(Number.NaN);
    let day = DAYS;
    let dayEnds = Number.NEGATIVE_INFINITY;
    for (let i = firstAtOrAfter(startedAt, this.cutoff - DAYS * DAY_MS); i < startedAt.length; i++) {
      const start = startedAt[i]!;
      if (start >= this.cutoff) break;
      if (knownAt[i]! > this.cutoff || status[i] === RUNNING || status[i] === CANCELLED) continue;
      if (start >= dayEnds) {
        day = daysBack(start, this.cutoff);
        dayEnds = this.cutoff - day * DAY_MS;
      }
      const end = start + durationMs[i]!;
      if (!(starts[day]! <= start)) starts[day] = start;
      if (!(ends[day]! <= end)) ends[day] = end;
    }
  }
}
