import { describe, expect, test } from 'vitest';
import type { Edition, JobBaselines, Usual } from './job-baselines.ts';
import { normalBands } from './normal-band.ts';

const usual: Usual = {
  ...{
    runs: 100,
    level: Math.log(60_000),
    hours: null,
    weekdays: null,
    monthEnd: Math.log(2),
    holiday: null,
  },
  ...{ follow: 0, above: Math.log(1.5), below: Math.log(3) },
};
const baselinesOf = (duration: Usual | null): JobBaselines => ({
  ...{ asOfMs: 0, calendar: 'FR', timeZone: 'Europe/Paris' },
  editions: [{ duration, rows: null } as Edition],
});
const at = Date.parse('2026-03-10T10:00:00Z');

describe('the normal band of a run', () => {
  test('lies around what is usual, which month ends move', () => {
    const bands = normalBands(baselinesOf(usual), 'duration', [at, Date.parse('2026-03-31T10:00:00Z')]);
    expect(bands[0]!.usual).toBeCloseTo(60_000, 6);
    expect(bands[0]!.low).toBeCloseTo(20_000, 6);
    expect(bands[0]!.high).toBeCloseTo(90_000, 6);
    expect(bands[1]!.usual).toBeCloseTo(120_000, 6);
  });

  test('goes by the clock of the job: midnight in Paris is another hour in UTC', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => (hour === 0 ? Math.log(4) : 0));
    const [band] = normalBands(baselinesOf({ ...usual, hours }), 'duration', [
      Date.parse('2026-03-09T23:30:00Z'),
    ]);
    expect(band!.usual).toBeCloseTo(240_000, 6);
  });

  test('is not known without enough data', () => {
    expect(normalBands(null, 'duration', [at])).toEqual([null]);
    expect(normalBands(baselinesOf(null), 'duration', [at, at])).toEqual([null, null]);
    expect(normalBands(baselinesOf(usual), 'rows', [at])).toEqual([null]);
    expect(normalBands(baselinesOf(usual), 'duration', [])).toEqual([]);
  });
});
