import { expect, it } from 'vitest';
import { buildMatrices } from './build-matrices.ts';
import { DAY_MS } from './feature.ts';
import { columnNamed } from './feature-matrix.ts';
import { MADE_UP_START, type MadeUpRun, madeUpJob } from './made-up-jobs.ts';

const CUTOFF = MADE_UP_START + 40 * DAY_MS;
/** One good run a day at the hour (UTC), on the last days before the cutoff. */
const daily = (hour: number, days = 28): MadeUpRun[] =>
  Array.from({ length: days }, (_, d) => ({
    startedAt: CUTOFF - (d + 1) * DAY_MS + hour * 3_600_000,
    status: 'succeeded',
  }));
const loads = (jobs: [runs: MadeUpRun[], host: string | null][]) =>
  Array.from(
    columnNamed(
      buildMatrices(
        jobs.map(([runs, host], j) => madeUpJob(j + 1, runs, { host })),
        [],
        [CUTOFF],
      ).week,
      'slot_load_28d',
    ),
  );

it('counts the runs of the other jobs of the host in its hour', () => {
  const jobs: [MadeUpRun[], string | null][] = [
    [daily(2), 'a'],
    [daily(2.5, 14), 'a'],
    [daily(3), 'a'],
    [daily(2), 'b'],
    [[...daily(5), ...daily(2)], 'a'],
  ];
  // At 2 h on a: 28, 14 and 28 runs of three jobs; of equal hours the first is that of the last job.
  expect(loads(jobs)).toEqual([1.5, 2, 0, 0, 1.5]);
});

it('is not known without a host, or without a run in four weeks', () => {
  expect(loads([[daily(2), null]])).toEqual([Number.NaN]);
  const old = daily(2).map((run) => ({ ...run, startedAt: run.startedAt - 30 * DAY_MS }));
  const { week } = buildMatrices([madeUpJob(1, old, { host: 'a' })], [], [CUTOFF], { activeDays: 60 });
  expect(columnNamed(week, 'slot_load_28d')[0]).toBeNaN();
});

it('does not see what becomes known later', () => {
  const late = daily(2).map((run) => ({ ...run, knownAt: CUTOFF + 1 }));
  expect(
    loads([
      [daily(2), 'a'],
      [late, 'a'],
    ]),
  ).toEqual([0]);
});
