import type { JobHistory } from '../records/job-history.ts';
import { CANCELLED, FAILED, RUNNING, SUCCEEDED } from '../records/run.ts';
import { FailureChain } from './failure-chain.ts';
import { DAY_MS } from './feature.ts';
import { firstAtOrAfter } from './first-at-or-after.ts';

/** Half-lives, in days, of the exponential averages: one forgets in days, one in weeks. */
export const HALF_LIFE_DAYS = { fast: 3, slow: 14 } as const;
/** Half-life, in days with a run, of the chain of days that forgets. */
const RECENT_CHAIN_DAYS = 30;

/** Running totals over the visible runs: entry i is the total over the first i runs. */
const COUNTS = [
  'failed',
  'cancelled',
  'durationKnown',
  'weekend',
  'activeDays',
  'failedDays',
  'ratioKnown',
  'rowsKnown',
] as const;
const SUMS = ['durationSum', 'durationSquares', 'hourSin', 'hourCos', 'ratioSum', 'rowsSum'] as const;
type Totals = Record<(typeof COUNTS)[number], Uint32Array> & Record<(typeof SUMS)[number], Float64Array>;

/**
 * What was known of one job at an instant, and nothing else.
 *
 * A stack of runs: `advanceTo(cutoff)` lays down the runs that started before the cutoff and whose end was
 * known by it. A run that arrives late leaves no trace before its arrival, so features that read only this
 * object cannot leak. Each run is pushed once when everything before it has arrived, and again at every
 * cutoff while an earlier run is still awaited; so the cost is near one pass over the runs for all cutoffs.
 * A running run has no outcome and is left out: at an earlier cutoff it could not be seen either.
 */
export class VisibleHistory {
  /** Number of visible runs. */
  count = 0;
  readonly startedAt: Float64Array;
  readonly durationMs: Float64Array;
  readonly status: Uint8Array;
  /** Position of each visible run in the job's columns. */
  readonly runAt: Int32Array;
  /** Rows written over rows expected, NaN where one is not told. */
  readonly rowsRatio: Float64Array;
  readonly rowsWritten: Float64Array;
  readonly totals: Readonly<Totals>;
  /** Index of the last failed (succeeded) run among the first i runs, -1 for none. */
  readonly lastFailed: Int32Array;
  readonly lastSucceeded: Int32Array;
  /** Decayed failures and runs at the start of run i-1, for both half-lives. */
  readonly decayed: Record<'fastFailed' | 'fastRuns' | 'slowFailed' | 'slowRuns', Float64Array>;
  /** Entry 7·d + weekday: totals over the first d days with a run (`activeDays`); weekday is `dayOf` modulo 7. */
  readonly weekdayRuns: Uint32Array;
  readonly weekdayActive: Uint32Array;
  readonly weekdayFailed: Uint32Array;
  /** Runs, and days with runs, as chains; cancelled runs say nothing. */
  readonly runChain: FailureChain;
  readonly dayChain: FailureChain;
  readonly recentDayChain: FailureChain;

  /** Runs that there is room for. */
  readonly room: number;
  job!: JobHistory;
  /** The first of the visible runs, before which no awaited run can come any more. */
  settledCount = 0;
  private readonly phaseMs: number;
  /** Entry d: runs before the d-th day with a run. */
  private readonly runsBeforeDay: Uint32Array;
  private readonly lastFailedDay: Float64Array;
  private readonly lastChainDay: Float64Array;
  private readonly settledAt: Float64Array;
  private settledRuns = 0;
  private cutoff = Number.NEGATIVE_INFINITY;

  /**
   * Room for the history of one job after the other: some 250 bytes a run. Entries are written before they are read;
   * only those of no run at all, the first, need a value from the beginning.
   *
   * @param n runs at most
   * @param phaseMs cutoff modulo a day; days are counted between cutoffs, not between midnights
   */
  constructor(n: number, phaseMs: number) {
    this.room = n;
    this.phaseMs = phaseMs;
    this.startedAt = new Float64Array(n);
    this.durationMs = new Float64Array(n);
    this.status = new Uint8Array(n);
    this.runAt = new Int32Array(n);
    this.rowsRatio = new Float64Array(n);
    this.rowsWritten = new Float64Array(n);
    const totals = {} as Totals;
    for (const count of COUNTS) totals[count] = new Uint32Array(n + 1);
    for (const sum of SUMS) totals[sum] = new Float64Array(n + 1);
    this.totals = totals;
    this.lastFailed = new Int32Array(n + 1).fill(-1, 0, 1);
    this.lastSucceeded = new Int32Array(n + 1).fill(-1, 0, 1);
    const zeros = () => new Float64Array(n + 1);
    this.decayed = { fastFailed: zeros(), fastRuns: zeros(), slowFailed: zeros(), slowRuns: zeros() };
    // Few jobs run on as many days: what is never written takes no memory.
    this.weekdayRuns = new Uint32Array(7 * (n + 1));
    this.weekdayActive = new Uint32Array(7 * (n + 1));
    this.weekdayFailed = new Uint32Array(7 * (n + 1));
    this.runsBeforeDay = new Uint32Array(n + 1);
    this.lastFailedDay = new Float64Array(n + 1).fill(Number.NEGATIVE_INFINITY, 0, 1);
    this.lastChainDay = new Float64Array(n + 1).fill(Number.NEGATIVE_INFINITY, 0, 1);
    this.runChain = new FailureChain(n);
    this.dayChain = new FailureChain(n);
    this.recentDayChain = new FailureChain(n, 0.5 ** (1 / RECENT_CHAIN_DAYS));
    this.settledAt = new Float64Array(n);
  }

  /** Begins the history of another job, before the first cutoff. @throws RangeError when it has more runs than room. */
  start(job: JobHistory): void {
    const runs = job.startedAt.length;
    if (runs > this.room) throw new RangeError(`room for ${this.room} runs, found ${runs}`);
    this.job = job;
    this.count = 0;
    this.settledRuns = 0;
    this.settledCount = 0;
    this.cutoff = Number.NEGATIVE_INFINITY;
    let latest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < runs; i++) {
      latest = Math.max(latest, job.knownAt[i]!);
      this.settledAt[i] = latest;
    }
  }

  /** Number of the 24 hours an instant lies in, counted from the phase of the cutoffs. */
  dayOf(instant: number): number {
    return Math.floor((instant - this.phaseMs) / DAY_MS);
  }

  /** @throws Error when cutoffs go back in time. */
  advanceTo(cutoff: number): void {
    if (cutoff < this.cutoff) throw new Error(`cutoffs must ascend: ${cutoff} after ${this.cutoff}`);
    this.cutoff = cutoff;
    this.count = this.settledCount;
    const { startedAt, knownAt, status } = this.job;
    const n = startedAt.length;
    let next = this.settledRuns;
    while (next < n && startedAt[next]! < cutoff && this.settledAt[next]! <= cutoff) {
      if (status[next] !== RUNNING) this.push(next);
      next++;
    }
    this.settledRuns = next;
    this.settledCount = this.count;
    for (; next < n && startedAt[next]! < cutoff; next++) {
      if (knownAt[next]! <= cutoff && status[next] !== RUNNING) this.push(next);
    }
  }

  /** Number of visible runs that started before `instant`. */
  before(instant: number): number {
    return firstAtOrAfter(this.startedAt, instant, this.count);
  }

  private push(run: number): void {
    const i = this.count++;
    const start = this.job.startedAt[run]!;
    const status = this.job.status[run]!;
    const failed = status === FAILED ? 1 : 0;
    const day = this.dayOf(start);
    const newDay = i === 0 || this.dayOf(this.startedAt[i - 1]!) !== day ? 1 : 0;
    const newFailedDay = failed === 1 && this.lastFailedDay[i] !== day ? 1 : 0;
    this.startedAt[i] = start;
    this.status[i] = status;
    this.runAt[i] = run;

    const { totals } = this;
    add(totals.failed, i, failed);
    add(totals.cancelled, i, status === CANCELLED ? 1 : 0);
    const duration = this.job.durationMs[run]! / 1000;
    const durationKnown = Number.isFinite(duration);
    this.durationMs[i] = this.job.durationMs[run]!;
    add(totals.durationKnown, i, durationKnown ? 1 : 0);
    add(totals.durationSum, i, durationKnown ? duration : 0);
    add(totals.durationSquares, i, durationKnown ? duration * duration : 0);
    const angle = (2 * Math.PI * (start % DAY_MS)) / DAY_MS;
    add(totals.hourSin, i, Math.sin(angle));
    add(totals.hourCos, i, Math.cos(angle));
    // 1970-01-01 was a Thursday: 0 is Monday here.
    add(totals.weekend, i, (Math.floor(start / DAY_MS) + 3) % 7 >= 5 ? 1 : 0);
    add(totals.activeDays, i, newDay);
    add(totals.failedDays, i, newFailedDay);

    const written = this.job.rowsWritten[run]!;
    const expected = this.job.expectedRows[run]!;
    const ratio = expected > 0 && written >= 0 ? written / expected : Number.NaN;
    this.rowsRatio[i] = ratio;
    this.rowsWritten[i] = written;
    const ratioKnown = !Number.isNaN(ratio);
    add(totals.ratioKnown, i, ratioKnown ? 1 : 0);
    add(totals.ratioSum, i, ratioKnown ? ratio : 0);
    // Only what a good run writes is a baseline: a failed run often writes nothing.
    const baseline = status === SUCCEEDED && written >= 0;
    add(totals.rowsKnown, i, baseline ? 1 : 0);
    add(totals.rowsSum, i, baseline ? written : 0);

    this.lastFailed[i + 1] = failed === 1 ? i : this.lastFailed[i]!;
    this.lastSucceeded[i + 1] = status === SUCCEEDED ? i : this.lastSucceeded[i]!;
    this.lastFailedDay[i + 1] = failed === 1 ? day : this.lastFailedDay[i]!;
    const gapDays = i === 0 ? 0 : (start - this.startedAt[i - 1]!) / DAY_MS;
    this.decay(i, failed, gapDays);
    this.countWeekday(i, ((day % 7) + 7) % 7, newDay);
    this.chain(i, status, day);
  }

  private chain(i: number, status: number, day: number): void {
    const says = status !== CANCELLED;
    const failed = status === FAILED ? 1 : 0;
    const isNewDay = this.lastChainDay[i] !== day;
    this.lastChainDay[i + 1] = says ? day : this.lastChainDay[i]!;
    if (says) this.runChain.step(i, failed);
    else this.runChain.skip(i);
    for (const days of [this.dayChain, this.recentDayChain]) {
      if (!says) days.skip(i);
      else if (isNewDay) days.step(i, failed);
      else days.go(i, failed);
    }
  }

  private decay(i: number, failed: number, gapDays: number): void {
    const fast = 2 ** (-gapDays / HALF_LIFE_DAYS.fast);
    const slow = 2 ** (-gapDays / HALF_LIFE_DAYS.slow);
    const { fastFailed, fastRuns, slowFailed, slowRuns } = this.decayed;
    fastFailed[i + 1] = fastFailed[i]! * fast + failed;
    fastRuns[i + 1] = fastRuns[i]! * fast + 1;
    slowFailed[i + 1] = slowFailed[i]! * slow + failed;
    slowRuns[i + 1] = slowRuns[i]! * slow + 1;
  }

  /** Written, not added to: a day is told again when runs of it were taken back. */
  private countWeekday(i: number, weekday: number, newDay: number): void {
    const { weekdayRuns, weekdayActive, weekdayFailed, runsBeforeDay, totals } = this;
    const days = totals.activeDays[i + 1]!;
    const to = 7 * days;
    if (newDay === 1) {
      runsBeforeDay[days] = i;
      weekdayRuns.copyWithin(to, to - 7, to);
      weekdayActive.copyWithin(to, to - 7, to);
      weekdayFailed.copyWithin(to, to - 7, to);
      weekdayActive[to + weekday]! += 1;
    }
    const first = runsBeforeDay[days]!;
    const failed = totals.failedDays[i + 1]! - totals.failedDays[first]!;
    weekdayRuns[to + weekday] = weekdayRuns[to - 7 + weekday]! + i + 1 - first;
    weekdayFailed[to + weekday] = weekdayFailed[to - 7 + weekday]! + failed;
  }
}

function add(totals: Float64Array | Uint32Array, i: number, amount: number): void {
  totals[i + 1] = totals[i]! + amount;
}

/** Less room than this is not worth being measured out. */
const LEAST_ROOM = 1_024;
/** More room than this (30 MB) is given back: few jobs need it. */
const MOST_KEPT_ROOM = 131_072;

/**
 * The history of a job, before the first cutoff, in the room of a former one where that is enough: made anew for every
 * job, arrays would keep the collector of garbage busier than all features together.
 */
export function startHistory(
  job: JobHistory,
  phaseMs: number,
  former: VisibleHistory | null,
): VisibleHistory {
  const runs = job.startedAt.length;
  // Powers of two, so that ever longer jobs do not each need a new room. What is never written takes no memory.
  const room = Math.max(LEAST_ROOM, 2 ** Math.ceil(Math.log2(Math.max(1, runs))));
  const fits = former !== null && former.room >= runs && former.room <= MOST_KEPT_ROOM;
  const history = fits ? former : new VisibleHistory(room, phaseMs);
  history.start(job);
  return history;
}
