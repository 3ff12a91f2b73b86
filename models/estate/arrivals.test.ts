import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createArrivals } from './arrivals.ts';
import { advanceDay, createEstate } from './estate.ts';
import { DAY_MS, type EstateOptions } from './options.ts';

const small: Partial<EstateOptions> = { jobs: 24, hosts: 2, days: 4, seed: 3 };
const start = Date.parse('2026-02-25');
const whole = () => createArrivals(createEstate(small)).advanceTo(start + 3 * DAY_MS);

test('rows come in the order in which they became known, none early', () => {
  const { finished, samples } = whole();
  expect(finished.length).toBeGreaterThan(150);
  for (let index = 1; index < finished.length; index++) {
    expect(finished[index]!.knownAt).toBeGreaterThanOrEqual(finished[index - 1]!.knownAt);
  }
  for (const run of finished) expect(run.knownAt).toBeGreaterThan(run.endedAt!);
  expect(finished.at(-1)!.knownAt).toBeLessThanOrEqual(start + 3 * DAY_MS);
  expect(samples).toHaveLength(3 * 72 * 4 * 2);
});

test('nothing is lost: what is not known yet comes later', () => {
  const estate = createEstate(small);
  const simulated = [0, 1, 2].flatMap(() => advanceDay(estate).runs.map((run) => run.runId));
  const arrivals = createArrivals(createEstate(small));
  const arrived = new Set(arrivals.advanceTo(start + 4 * DAY_MS).finished.map((run) => run.runId));
  expect(simulated.filter((runId) => !arrived.has(runId))).toEqual([]);
});

test('steps of any size give the same rows', () => {
  const expected = whole();
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 * DAY_MS }), { maxLength: 12 }), (steps) => {
      const arrivals = createArrivals(createEstate(small));
      const instants = [...steps.sort((a, b) => a - b), 3 * DAY_MS];
      const parts = instants.map((step) => arrivals.advanceTo(start + step));
      expect(parts.flatMap((part) => part.finished)).toEqual(expected.finished);
      expect(parts.flatMap((part) => part.samples)).toEqual(expected.samples);
      expect(parts.flatMap((part) => part.truth)).toEqual(expected.truth);
      for (const run of parts.flatMap((part) => part.running)) expect(run.endedAt).toBeNull();
    }),
    { numRuns: 15 },
  );
});

test('a run that is under way at the end of a step comes as running once, and as finished later', () => {
  const arrivals = createArrivals(createEstate(small));
  const running: string[] = [];
  const finished: string[] = [];
  for (let step = 1; step <= 3 * 96; step++) {
    const part = arrivals.advanceTo(start + step * 900_000);
    running.push(...part.running.map((run) => run.runId));
    finished.push(...part.finished.map((run) => run.runId));
  }
  expect(running.length).toBeGreaterThan(5);
  expect(new Set(running).size).toBe(running.length);
  const late = arrivals.advanceTo(start + 4 * DAY_MS).finished.map((run) => run.runId);
  const ended = new Set([...finished, ...late]);
  expect(running.filter((runId) => !ended.has(runId))).toEqual([]);
});

test('going back is an error, and so is an estate that has moved', () => {
  const arrivals = createArrivals(createEstate(small));
  arrivals.advanceTo(start + DAY_MS);
  expect(() => arrivals.advanceTo(start)).toThrow('arrivals cannot go back');
  expect(() => arrivals.advanceTo(Number.NaN)).toThrow('arrivals cannot go back');
  const moved = createEstate(small);
  advanceDay(moved);
  expect(() => createArrivals(moved)).toThrow('before its first day, got day 1');
});
