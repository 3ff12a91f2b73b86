import { expect, test } from 'vitest';
import { estateOptions } from './options.ts';

test('by default the 180 days before 2026-03-01', () => {
  expect(estateOptions()).toEqual({ jobs: 120, hosts: 8, days: 180, seed: 1, startDate: '2025-09-02' });
  expect(estateOptions({ days: 28 }).startDate).toBe('2026-02-01');
});

test.each([
  [{ jobs: 0 }, 'estate: jobs must be a whole number from 1 to 2000, got 0'],
  [{ hosts: 1.5 }, 'estate: hosts must be a whole number from 1 to 99, got 1.5'],
  [{ days: Number.NaN }, 'estate: days must be a whole number from 1 to 3650, got NaN'],
  [{ seed: 2 ** 60 }, 'estate: seed must be a safe whole number'],
  [{ startDate: '2026-02-30' }, 'estate: startDate must be a date YYYY-MM-DD, got "2026-02-30"'],
  [{ startDate: '01/02/2026' }, 'estate: startDate must be a date YYYY-MM-DD, got "01/02/2026"'],
])('%j is refused', (given, message) => {
  expect(() => estateOptions(given)).toThrow(message);
});
