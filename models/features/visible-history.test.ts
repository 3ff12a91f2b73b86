import { describe, expect, it } from 'vitest';
import { DAY_MS } from './feature.ts';
import { MADE_UP_START, type MadeUpRun, madeUpJob } from './made-up-jobs.ts';
import { startHistory, VisibleHistory } from './visible-history.ts';

const jobOf = (runs: number, failsOn: (run: number) => boolean) =>
  madeUpJob(
    1,
    Array.from({ length: runs }, (_, i): MadeUpRun => {
      const startedAt = MADE_UP_START + (i * DAY_MS) / 3;
      const status = failsOn(i) ? 'failed' : i % 11 === 5 ? 'cancelled' : 'succeeded';
      return {
        startedAt,
        knownAt: startedAt + (i % 7 === 0 ? 2 * DAY_MS : 0),
        durationMs: 1_000 * i,
        status,
      };
    }),
  );
const CUTOFFS = [3, 9, 10, 30].map((day) => MADE_UP_START + day * DAY_MS);

/** All that can be read of the visible runs, at every cutoff. */
function told(history: VisibleHistory): unknown[] {
  return CUTOFFS.map((cutoff) => {
    history.advanceTo(cutoff);
    const end = history.count;
    const upTo = (sums: ArrayLike<number>, entries = end + 1) => Array.from(sums).slice(0, entries);
    const days = history.totals.activeDays[end]!;
    const { runChain, dayChain, recentDayChain, weekdayRuns, weekdayActive, weekdayFailed } = history;
    return {
      end,
      startedAt: upTo(history.startedAt, end),
      status: upTo(history.status, end),
      totals: Object.values(history.totals).map((sums) => upTo(sums)),
      decayed: Object.values(history.decayed).map((sums) => upTo(sums)),
      last: [history.lastFailed, history.lastSucceeded].map((last) => upTo(last)),
      weekdays: [weekdayRuns, weekdayActive, weekdayFailed].map((sums) => upTo(sums, 7 * (days + 1))),
      chains: [runChain, dayChain, recentDayChain].map((chain) =>
        Array.from({ length: end + 1 }, (_, i) => ({ ...chain.counts(i), last: chain.last[i] })),
      ),
    };
  });
}

describe('startHistory', () => {
  it('tells in the room of another job what it tells in a room of its own', () => {
    const [long, short, none] = [
      jobOf(90, (i) => i % 4 === 0),
      jobOf(40, (i) => i > 30),
      jobOf(0, () => false),
    ];
    const alone = [long, short, none].map((job) => told(startHistory(job, 0, null)));
    const first = startHistory(long, 0, null);
    told(first);
    const second = startHistory(short, 0, first);
    expect(second).toBe(first);
    expect(told(second)).toEqual(alone[1]);
    expect(told(startHistory(none, 0, second))).toEqual(alone[2]);
    expect(told(startHistory(long, 0, second))).toEqual(alone[0]);
  });

  it('takes a larger room when the former one is too small, and keeps no very large one', () => {
    const small = startHistory(
      jobOf(3, () => false),
      0,
      null,
    );
    const large = startHistory(
      jobOf(200_000, () => false),
      0,
      small,
    );
    expect(large).not.toBe(small);
    expect(
      startHistory(
        jobOf(3, () => false),
        0,
        large,
      ).room,
    ).toBe(small.room);
  });
});

describe('VisibleHistory', () => {
  it('refuses more runs than it has room for, and cutoffs that go back', () => {
    const history = new VisibleHistory(2, 0);
    expect(() => history.start(jobOf(3, () => false))).toThrow('room for 2 runs, found 3');
    history.start(jobOf(2, () => false));
    history.advanceTo(CUTOFFS[1]!);
    expect(() => history.advanceTo(CUTOFFS[0]!)).toThrow('cutoffs must ascend');
  });
});
