import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { compareGains, type DatedWindows } from './compare-gains.ts';

const WEEK_MS = 7 * 86_400_000;
const JOBS = 60;
const HOSTS = 6;

/**
 * Weeks of jobs, each with its own chance that the forecast knows; from `turns` on other jobs fail than it says, as many
 * as before. `level`: of the odds; `weather`: spread of what the jobs of a server's week have in common.
 */
function windows(
  seed: number,
  weeks: number,
  { turns = weeks, level = 1, weather = 0 }: { turns?: number; level?: number; weather?: number } = {},
): DatedWindows {
  const random = seededRandom(seed);
  const rows = weeks * JOBS;
  const shared = Array.from({ length: weeks * HOSTS }, () => weather * random.normal());
  const logOdds = Float64Array.from({ length: rows }, () => -2 + 1.6 * random.normal());
  const weekOf = (row: number) => Math.floor(row / JOBS);
  const hostWeek = Int32Array.from(logOdds, (_, row) => weekOf(row) * HOSTS + ((row % JOBS) % HOSTS));
  const chance = (odds: number) => 1 / (1 + Math.exp(-odds));
  return {
    job: Int32Array.from(logOdds, (_, row) => row % JOBS),
    cutoff: Float64Array.from(logOdds, (_, row) => weekOf(row) * WEEK_MS),
    hostWeek,
    probability: logOdds.map(chance),
    label: Uint8Array.from(logOdds, (odds, row) => {
      const other = weekOf(row) >= turns ? -2 + 1.6 * random.normal() : odds;
      return random.uniform() < chance(other + Math.log(level) + shared[hostWeek[row]!]!) ? 1 : 0;
    }),
  };
}

const LIMIT = 0.5;
const isBroken = (test: DatedWindows, served: DatedWindows) =>
  compareGains(test, served).some(
    ({ gain, promised, fallenBy }) => fallenBy > 0 && promised > 0 && gain <= LIMIT * promised,
  );

describe('the gain', () => {
  it('is the skill score of the Brier score, at the level of what happened', () => {
    const test = windows(1, 6);
    const [found] = compareGains(test, windows(2, 2));
    // scikit-learn 1.9.1 has 1 - brier_score_loss(y, p) / brier_score_loss(y, mean(y)); of true chances near this.
    const rows = [...Array(test.label.length).keys()];
    const mean = rows.reduce((sum, r) => sum + test.label[r]!, 0) / rows.length;
    const loss = (p: (r: number) => number) => rows.reduce((sum, r) => sum + (p(r) - test.label[r]!) ** 2, 0);
    const skill = 1 - loss((r) => test.probability[r]!) / loss(() => mean);
    expect(found!.promised).toBeCloseTo(skill, 2);
    expect(skill).toBeGreaterThan(0.15);
  });

  it('has fallen two weeks after other jobs began to fail', () => {
    const told = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((seed) =>
      isBroken(windows(seed, 6), windows(100 + seed, 6, { turns: 4 })),
    );
    expect(told.filter(Boolean).length).toBeGreaterThanOrEqual(9);
  });

  it('is promised by what was served as well, where the test was short', () => {
    const told = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((seed) => ({
      short: isBroken(windows(seed, 1), windows(100 + seed, 2, { turns: 0 })),
      served: isBroken(windows(seed, 1), windows(100 + seed, 13, { turns: 11 })),
    }));
    expect(told.filter(({ served }) => served).length).toBeGreaterThanOrEqual(9);
    expect(told.filter(({ short }) => short).length).toBeLessThan(told.filter(({ served }) => served).length);
  });

  it('has not because failures are three times as many, or a third', () => {
    for (const level of [3, 1 / 3]) {
      const told = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((seed) =>
        isBroken(windows(seed, 6), windows(200 + seed, 6, { level })),
      );
      expect(told.filter(Boolean).length).toBeLessThanOrEqual(1);
    }
  });

  it.each([0, 1])(
    'rarely cries wolf, also where the jobs of a server share their weather: %f',
    (weather) => {
      let alarms = 0;
      for (let seed = 1; seed <= 60; seed++) {
        if (isBroken(windows(seed, 6, { weather }), windows(1_000 + seed, 4, { weather }))) alarms++;
      }
      expect(alarms).toBeLessThanOrEqual(2);
    },
    120_000,
  );

  it('is not known of few rows, jobs or failures, nor of a span that has not passed', () => {
    const test = windows(1, 6);
    expect(compareGains(test, windows(2, 1))).toEqual([]);
    expect(compareGains(test, windows(2, 3)).map(({ weeks }) => weeks)).toEqual([2]);
    expect(compareGains(test, windows(2, 4)).map(({ weeks }) => weeks)).toEqual([2, 4]);
    expect(compareGains(test, { ...windows(2, 4), label: new Uint8Array(4 * JOBS) })).toEqual([]);
    expect(compareGains(windows(1, 0), windows(2, 2))).toEqual([]);
  });
});
