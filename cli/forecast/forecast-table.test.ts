import { describe, expect, it } from 'vitest';
import type { ListedForecast } from '../../db/forecast/read-forecast-table.ts';
import { forecastTable } from './forecast.ts';

const job: ListedForecast['jobs'][number] = {
  rank: 1,
  namespace: 'transport',
  name: 'truck_positions_of_the_whole_fleet',
  probability: 0.824,
  interval: [0.61, 1],
  expectedFailedRuns: 12.3,
  expectedLostMinutes: 10_080,
  basis: 'model',
  reasons: [
    {
      feature: 'a',
      contribution: 1,
      en: 'failed 4 of the last 7 Mondays and much else that makes this line longer than the terminal',
      fr: '4 lundis sur 7',
    },
  ],
  days: [1, 0.4, 0.3, 0.2, 0.1, 0, 1],
};
const young: typeof job = {
  ...job,
  rank: 2,
  name: 'orders',
  probability: 0.051,
  interval: null,
  expectedFailedRuns: 0.02,
  expectedLostMinutes: 12,
  basis: 'group-rate',
};
const older: typeof job = {
  ...young,
  rank: 3,
  expectedFailedRuns: null,
  expectedLostMinutes: null,
  basis: 'model',
};
const forecast: ListedForecast = {
  cutoff: '2026-03-01T06:00:00.000Z',
  model: 'job-failure',
  modelVersion: 12,
  jobs: [job, young, older, { ...job, rank: 4 }],
};

describe('forecastTable', () => {
  it.each(['en', 'fr'] as const)('fits 80 columns in %s, and has no hole', (language) => {
    const table = forecastTable(forecast, language, 3);
    for (const line of table.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(table).not.toMatch(/NaN|null|undefined/);
  });

  it('tells probability, bounds, failed runs, lost time, days, and the first reason', () => {
    const lines = forecastTable(forecast, 'en', 3).split('\n');
    expect(lines[0]).toBe('Failures forecast for the 7 days after 2026-03-01 06:00 UTC');
    expect(lines[4]).toBe('  1 truck_positions_of_th…   82 61-100     12  168 h 100  40  30  20  10   0 100');
    expect(lines[5]).toMatch(/^ {6}failed 4 of the last 7 Mondays and .*…$/);
    expect(lines.at(-2)).toBe('    … and 1 more jobs');
    expect(lines.at(-1)).toBe('25 failed runs expected, 336 h lost');
  });

  it('says "not enough data" of a job with hardly a run, with the rate of its group', () => {
    const english = forecastTable(forecast, 'en', 3).split('\n');
    expect(english[6]).toMatch(/^ {2}2 orders +5 +- +<0\.1 +12 min /);
    expect(english[7]).toBe('      not enough data; jobs of its group fail in 5 % of weeks');
    const french = forecastTable(forecast, 'fr', 3).split('\n');
    expect(french[6]).toMatch(/ <0,1 /);
    expect(french[7]).toMatch(/^ {6}pas assez de données ; les traitements de son groupe échouent 5 %/);
  });

  it('shows a forecast that was made before there were bounds and costs', () => {
    expect(forecastTable({ ...forecast, jobs: [older] }, 'en', 5).split('\n')[4]).toMatch(
      /^ {2}3 orders +5 +- +- +- 100 /,
    );
    expect(forecastTable({ ...forecast, jobs: [] }, 'en', 5).split('\n')).toHaveLength(4);
  });
});
