import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { episodeStarts, leadTime } from './lead-time.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const runs = (...list: [day: number, status: number][]) => ({
  startedAt: list.map(([day]) => day * DAY),
  status: list.map(([, status]) => status),
});

describe('episodeStarts', () => {
  it('are the failures after seven quiet days, once the job was seen for as long', () => {
    const history = runs(
      [0, 1],
      [3, 2],
      [9, 1],
      [10, 2],
      [10.5, 2],
      [12, 2],
      [19, 2],
      [25.9, 2],
      [40, 3],
      [41, 2],
    );
    expect(episodeStarts(history, 7 * DAY)).toEqual([10 * DAY, 19 * DAY, 41 * DAY]);
  });

  it('are none without runs or failures', () => {
    expect(episodeStarts(runs(), DAY)).toEqual([]);
    expect(episodeStarts(runs([0, 1], [9, 1], [18, 3]), DAY)).toEqual([]);
  });
});

describe('leadTime', () => {
  /** Two jobs at two weekly cutoffs. */
  const rows = { jobIndex: [0, 1, 0, 1], cutoff: [0, 0, 7 * DAY, 7 * DAY], rounds: [0, 0, 1, 1] };
  const scores = Float64Array.of(0.9, 0.2, 0.3, 0.4);
  const options = { k: 1, windowMs: 7 * DAY };

  it('is the time from the cutoff at which the job was named to its failure', () => {
    const episodes = [
      { job: 0, startedAt: 2 * DAY },
      { job: 1, startedAt: 3 * DAY },
      { job: 1, startedAt: 7 * DAY },
      { job: 1, startedAt: 14 * DAY - 1 },
    ];
    expect(leadTime(episodes, rows, scores, options)).toEqual({
      episodes: 4,
      warned: 3,
      share: 0.75,
      medianHours: 48,
    });
    expect(leadTime(episodes.slice(0, 3), rows, scores, options).medianHours).toBe(24);
  });

  it('leaves out what lies outside the test, and counts a job that was no candidate as not warned of', () => {
    const outside = [
      { job: 0, startedAt: -1 },
      { job: 0, startedAt: 14 * DAY },
      { job: 7, startedAt: DAY },
    ];
    expect(leadTime(outside, rows, scores, options)).toEqual({
      episodes: 1,
      warned: 0,
      share: 0,
      medianHours: null,
    });
    expect(leadTime([], rows, scores, options)).toEqual({
      episodes: 0,
      warned: 0,
      share: null,
      medianHours: null,
    });
  });

  it('takes the earliest of overlapping windows that hold the failure', () => {
    const daily = { jobIndex: [0, 0, 0], cutoff: [0, DAY, 2 * DAY], rounds: [0, 1, 2] };
    const at = (startedAt: number) =>
      leadTime([{ job: 0, startedAt }], daily, new Float64Array(3).fill(0.5), options).medianHours;
    expect(at(2 * DAY)).toBe(48);
    expect(at(7 * DAY)).toBe(6 * 24);
  });

  it('names nobody where equal scores do not all fit', () => {
    const told = (k: number) =>
      leadTime([{ job: 0, startedAt: DAY }], rows, new Float64Array(4).fill(0.1), { ...options, k }).warned;
    expect(told(1)).toBe(0);
    expect(told(2)).toBe(1);
  });

  it('warns of no fewer the more a team can check, and never later than the window is long', () => {
    const score = fc.integer({ min: 0, max: 5 });
    const episode = fc.record({ job: fc.nat(3), startedAt: fc.integer({ min: 0, max: 21 * DAY }) });
    fc.assert(
      fc.property(fc.array(score, { minLength: 12, maxLength: 12 }), fc.array(episode), (list, episodes) => {
        const grid = Array.from({ length: 12 }, (_, r) => ({ job: r % 4, week: Math.floor(r / 4) }));
        const all = {
          jobIndex: grid.map(({ job }) => job),
          cutoff: grid.map(({ week }) => week * 7 * DAY),
          rounds: grid.map(({ week }) => week),
        };
        const [few, more] = [1, 3].map((k) =>
          leadTime(episodes, all, Float64Array.from(list), { k, windowMs: 7 * DAY }),
        );
        expect(more!.warned).toBeGreaterThanOrEqual(few!.warned);
        expect(more!.episodes).toBe(few!.episodes);
        expect(more!.medianHours ?? 0).toBeLessThan(7 * 24);
      }),
    );
  });
});
