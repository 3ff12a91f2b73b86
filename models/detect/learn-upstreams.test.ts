import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../features/feature.ts';
import { MADE_UP_START, type MadeUpRun, madeUpJob } from '../features/made-up-jobs.ts';
import { learnUpstreams } from './learn-upstreams.ts';

const DAYS = 100;
const AS_OF = MADE_UP_START + DAYS * DAY_MS;
const BAD = [15, 23, 37, 41, 58, 66, 79, 88];
const daily = (hour: number, fails: (day: number) => boolean): MadeUpRun[] =>
  Array.from({ length: DAYS }, (_, day) => {
    const startedAt = MADE_UP_START + day * DAY_MS + hour * 3_600_000;
    const status = fails(day) ? 'failed' : 'succeeded';
    return { startedAt, durationMs: 600_000, knownAt: startedAt + 600_000, status };
  });
const isBad = (day: number) => BAD.includes(day);

describe('learnUpstreams', () => {
  it('knows nothing of nothing', () => {
    expect(learnUpstreams([], AS_OF)).toEqual(new Map());
    expect(learnUpstreams([madeUpJob(1, [])], AS_OF)).toEqual(new Map());
  });

  it('names by its id the job that ends before and fails on the same days', () => {
    const histories = [
      madeUpJob(30, daily(5, isBad)),
      madeUpJob(7, daily(3, isBad)),
      madeUpJob(
        9,
        daily(4, () => false),
      ),
    ];
    expect(learnUpstreams(histories, AS_OF)).toEqual(new Map([[30, [7]]]));
  });

  it('and not before that could be known', () => {
    const histories = [madeUpJob(30, daily(5, isBad)), madeUpJob(7, daily(3, isBad))];
    expect(learnUpstreams(histories, MADE_UP_START + 30 * DAY_MS)).toEqual(new Map());
  });
});
