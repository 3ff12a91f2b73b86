import { describe, expect, it } from 'vitest';
import { averagePrecision } from '../../models/evaluation/average-precision.ts';
import {
  type CONDITIONS,
  shiftingWorld,
  WEEK_MS,
  WORLD_HEADER,
  WORLD_START,
  type WorldRun,
  worldLines,
} from './shifting-world.ts';

const SHIFTS = [20, 35];
const world = shiftingWorld({ jobs: 120, weeks: 52, seed: 7, shifts: SHIFTS });
const PHASES = [
  [0, 20],
  [20, 35],
  [35, 52],
] as const;
const weeksOf = ([from, to]: readonly [number, number]) =>
  Array.from({ length: to - from }, (_, i) => from + i);
const failedIn = (week: number): Uint8Array => {
  const failed = new Set(world.runsOf(week).flatMap((run) => (run.failed ? [run.job] : [])));
  return Uint8Array.from(world.jobs, (job) => Number(failed.has(job)));
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the world whose causes change', () => {
  it('fails as often as its true chances say, bin by bin, and as often after a change as before', () => {
    const rates = PHASES.map((phase) => {
      const rows = weeksOf(phase).flatMap((week) => {
        const failed = failedIn(week);
        return [...world.chancesOf(week)].map((chance, job) => ({ chance, failed: failed[job]! }));
      });
      for (const [low, high] of [
        [0, 0.2],
        [0.2, 0.6],
        [0.6, 1],
      ] as const) {
        const bin = rows.filter(({ chance }) => chance >= low && chance < high);
        if (bin.length < 100) continue;
        const expected = mean(bin.map(({ chance }) => chance));
        // Four standard errors.
        const room = 4 * Math.sqrt((expected * (1 - expected)) / bin.length);
        expect(Math.abs(mean(bin.map(({ failed }) => failed)) - expected)).toBeLessThan(room);
      }
      return mean(rows.map(({ failed }) => failed));
    });
    for (const rate of rates) expect(Math.abs(rate - rates[0]!)).toBeLessThan(0.05);
  });

  it('is forecast by its cause of the time, and no better by that of before than by the shares of jobs', () => {
    for (const [phase, before] of [
      [PHASES[1], 'slow'],
      [PHASES[2], 'short'],
    ] as const) {
      const precision = (of: (week: number) => Float64Array) =>
        mean(weeksOf(phase).map((week) => averagePrecision(failedIn(week), of(week))!));
      const now = precision((week) => world.chancesOf(week));
      const then = precision((week) => world.chancesOf(week, before));
      expect(now).toBeGreaterThan(0.55);
      expect(now - then).toBeGreaterThan(0.25);
    }
  });

  it('looks the same before and after: what is seen of the jobs does not change', () => {
    const of = (value: (run: WorldRun) => number) =>
      PHASES.map((phase) => mean(weeksOf(phase).flatMap((week) => world.runsOf(week).map(value))));
    const durations = of(({ durationMs }) => Math.log(durationMs));
    const shares = of(({ rowsWritten, expectedRows }) => rowsWritten / expectedRows);
    const minutes = of(({ startedAt }) => (startedAt % 86_400_000) / 60_000);
    for (const [values, room] of [
      [durations, 0.05],
      [shares, 0.01],
      [minutes, 3],
    ] as const) {
      for (const value of values) expect(Math.abs(value - values[0]!)).toBeLessThan(room);
    }
  });

  it('shows its condition in what is logged', () => {
    const failing = world.runsOf(25).filter(({ failed }) => failed);
    const well = world.runsOf(25).filter(({ failed }) => !failed);
    const share = (runs: readonly WorldRun[]) =>
      mean(runs.map(({ rowsWritten, expectedRows }) => rowsWritten / expectedRows));
    expect(world.causeOf(25)).toBe('short' satisfies (typeof CONDITIONS)[number]);
    expect(share(failing)).toBeLessThan(share(well) - 0.08);
  });

  it('is the same again from the same seed, known in its week, and written as a log', () => {
    const again = shiftingWorld({ jobs: 120, weeks: 3, seed: 8, shifts: [] });
    const same = shiftingWorld({ jobs: 120, weeks: 3, seed: 8, shifts: [] });
    expect(worldLines(again.runsOf(2))).toBe(worldLines(same.runsOf(2)));
    const runs = world.runsOf(10);
    expect(runs).toHaveLength(120 * 7 * 2);
    for (const { startedAt, knownAt } of runs) {
      expect(startedAt).toBeGreaterThanOrEqual(WORLD_START + 10 * WEEK_MS);
      expect(knownAt).toBeLessThanOrEqual(WORLD_START + 11 * WEEK_MS);
    }
    const [line] = worldLines(runs).split('\n');
    expect(line!.split(',')).toHaveLength(WORLD_HEADER.split(',').length);
  });
});
