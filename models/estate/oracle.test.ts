import { describe, expect, it } from 'vitest';
import { advanceDay, createEstate, forkEstate } from './estate.ts';
import { oracleForecast } from './oracle.ts';

const worldOn = (day: number) => {
  const estate = createEstate({ jobs: 20, hosts: 2, days: 60, seed: 3 });
  for (let d = 0; d < day; d++) advanceDay(estate, { sampled: false });
  return estate;
};

describe('oracleForecast', () => {
  it('leaves the world as it is: what happens next is what would have happened', () => {
    const asked = worldOn(30);
    const forecast = oracleForecast(asked, 5);
    const next = advanceDay(asked, { sampled: false });
    expect(next).toEqual(advanceDay(worldOn(30), { sampled: false }));
    expect(oracleForecast(worldOn(30), 5)).toEqual(forecast);
  });

  it('agrees with the true hazards of the first day, which are worked out and not drawn', () => {
    const futures = 400;
    const estate = worldOn(30);
    const forecast = oracleForecast(estate, futures);
    const truth = new Map(
      advanceDay(estate, { sampled: false }).truth.map(({ job, hazard }) => [job, hazard]),
    );
    for (const { job, days } of forecast) {
      const hazard = truth.get(job)!;
      const standardError = Math.sqrt((hazard * (1 - hazard)) / futures);
      // The day begins with draws of its own (phases of the servers, releases) that the truth knows and a future not.
      expect(Math.abs(days[0]! - hazard)).toBeLessThan(4 * standardError + 0.12);
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean(forecast.map(({ days }) => days[0]!)) - mean([...truth.values()]))).toBeLessThan(
      0.03,
    );
  });

  it('gives a week no less than its worst day and no more than the sum of its days', () => {
    for (const { week, days } of oracleForecast(worldOn(20), 20)) {
      expect(week).toBeGreaterThanOrEqual(Math.max(...days) - 1e-12);
      expect(week).toBeLessThanOrEqual(days.reduce((sum, day) => sum + day, 0) + 1e-12);
    }
  });

  it('wants at least one future', () => {
    expect(() => oracleForecast(worldOn(0), 0)).toThrow('a whole number from 1 on, got 0');
  });
});

describe('forkEstate', () => {
  it('draws another future, and the same one for the same number', () => {
    const day = (future: number) => advanceDay(forkEstate(worldOn(10), future), { sampled: false }).runs;
    expect(day(1)).toEqual(day(1));
    expect(day(1)).not.toEqual(day(2));
  });
});
