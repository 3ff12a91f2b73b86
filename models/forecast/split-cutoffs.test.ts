import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import { splitCutoffs, splitTraining, withDenseWeeks } from './split-cutoffs.ts';

const grid = (count: number, stepDays: number) =>
  Array.from({ length: count }, (_, i) => 1_000 * DAY_MS + i * stepDays * DAY_MS);
const weeksOf = (cutoffs: readonly number[]) => (cutoffs.at(-1)! - cutoffs[0]!) / (WEEK_DAYS * DAY_MS);
const grids = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.constantFrom(1, 2, 3, 7, 14, 28));

describe('the split', () => {
  it('tests on the last 22 %, and on five weeks at most', () => {
    expect(splitCutoffs(grid(63, 1)).test).toHaveLength(13);
    expect(splitCutoffs(grid(26, 7)).test).toHaveLength(5);
    // Half a year of days, a year of weeks, three years.
    expect(splitCutoffs(grid(182, 1)).test).toHaveLength(35);
    expect(splitCutoffs(grid(48, 7)).test).toHaveLength(5);
    expect(splitCutoffs(grid(150, 7)).test).toHaveLength(5);
    expect(splitCutoffs([])).toMatchObject({ firstTest: null, test: [] });
  });

  it('never lets a part teach what the next is asked', () =>
    fc.assert(
      fc.property(grids, ([count, step]) => {
        const { train, early, later, test, firstTest } = splitCutoffs(grid(count, step));
        const isClosed = (part: number[], by: number) =>
          part.every((cutoff) => cutoff + WEEK_DAYS * DAY_MS <= by);
        expect(isClosed(train, firstTest!)).toBe(true);
        if (later.length > 0) expect(isClosed(early, later[0]!)).toBe(true);
        expect(test.at(-1)).toBe(grid(count, step).at(-1));
        expect(weeksOf(test)).toBeLessThan(Math.max(5, 1e-9));
      }),
    ));

  it('takes the last quarter of the training for what comes later, however it is counted', () =>
    fc.assert(
      fc.property(grids, ([count, step]) => {
        const train = grid(count, step);
        expect(splitTraining(train, WEEK_DAYS).later).toEqual(train.slice(Math.floor(count * 0.75)));
      }),
    ));
});

describe('dense weeks', () => {
  it('look at each day of the test and of the last eight weeks that teach, where a week lies between', () => {
    const sparse = splitCutoffs(grid(48, 7));
    const dense = withDenseWeeks(sparse, { room: 1_000 });
    expect(dense.firstTest).toBe(sparse.firstTest);
    expect(dense.test).toHaveLength(29);
    expect(dense.train.at(-1)).toBe(sparse.train.at(-1));
    expect(dense.train[0]).toBe(sparse.train[0]);
    expect(dense.train).toEqual([...new Set(dense.train)].sort((a, b) => a - b));
    expect(dense.train.filter((cutoff) => cutoff >= dense.train.at(-1)! - 56 * DAY_MS)).toHaveLength(57);
    expect(dense.train.length).toBe(sparse.train.length + 48);
    // What comes later is a quarter of the time, not of the cutoffs.
    expect(dense.later[0]).toBeLessThanOrEqual(sparse.later[0]!);
    expect(dense.later[0]).toBeGreaterThan(sparse.later[0]! - WEEK_DAYS * DAY_MS);
  });

  it('are as dense as there is room, and not where there is none, or days follow each other', () => {
    const sparse = splitCutoffs(grid(48, 7));
    const some = withDenseWeeks(sparse, { room: 80 });
    expect(some.train.length + some.test.length).toBeLessThanOrEqual(80);
    expect(some.test.length).toBeGreaterThan(sparse.test.length);
    expect(withDenseWeeks(sparse, { room: 48 })).toBe(sparse);
    const daily = splitCutoffs(grid(100, 1));
    expect(withDenseWeeks(daily, { room: 1_000 })).toBe(daily);
  });
});
