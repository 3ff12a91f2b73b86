import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostSeries } from '../records/job-history.ts';
import { daysToFull } from './disk-full.ts';
import { DAY_MS } from './feature.ts';
import { MADE_UP_START } from './made-up-jobs.ts';
import { robustLine } from './robust-line.ts';

const CUTOFF = MADE_UP_START + 30 * DAY_MS;

/** `valueAt` of the age in days, every six hours for 20 days. */
function diskOf(valueAt: (age: number) => number, metric = 'disk_used_percent'): HostSeries {
  const ages = Array.from({ length: 80 }, (_, i) => (80 - i) / 4 - 0.1);
  const ts = Float64Array.from(ages, (age) => CUTOFF - age * DAY_MS);
  return { host: 'srv', metric, ts, knownAt: ts, value: Float64Array.from(ages, valueAt) };
}

describe('robustLine', () => {
  it('is the line through points on a line, whatever two of nine points say', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.uniqueArray(fc.nat(8), { minLength: 2, maxLength: 2 }),
        fc.double({ min: -1000, max: 1000, noNaN: true }),
        (slope, level, wrong, value) => {
          const x = [0, 1, 2, 3, 4, 5, 6, 7, 8];
          const y = x.map((at) => (wrong.includes(at) ? value : level + slope * at));
          const line = robustLine(x, y)!;
          expect(line.slope).toBeCloseTo(slope, 6);
          expect(line.level).toBeCloseTo(level, 6);
        },
      ),
    );
  });

  it('needs two points', () => {
    expect(robustLine([1], [1])).toBeNull();
  });

  // scipy.stats.theilslopes([2, 3, 9, 4, 8, 7], [0, 1, 2, 4, 5, 7]) tells the same slope.
  it('is what scipy finds', () => {
    expect(robustLine([0, 1, 2, 4, 5, 7], [2, 3, 9, 4, 8, 7])!.slope).toBeCloseTo(0.7142857142857143, 12);
  });
});

describe('daysToFull', () => {
  it('draws the growth of the daily peaks on to 100 %', () => {
    // 94 % at the cutoff, 2 points a day.
    expect(
      daysToFull(
        diskOf((age) => 94 - 2 * age),
        CUTOFF,
      ),
    ).toBeCloseTo(3, 9);
  });

  it('is not misled by one day on which the disk was cleaned, or by a night of backups', () => {
    const told = daysToFull(
      diskOf((age) => (Math.ceil(age) === 6 ? 20 : Math.ceil(age) === 9 ? 99 : 94 - 2 * age)),
      CUTOFF,
    );
    expect(told).toBeCloseTo(3, 9);
  });

  it('is 0 for a full disk, at most 60, and not known for one that does not grow', () => {
    expect(
      daysToFull(
        diskOf(() => 100),
        CUTOFF,
      ),
    ).toBe(0);
    expect(
      daysToFull(
        diskOf((age) => 10 - 0.1 * age),
        CUTOFF,
      ),
    ).toBe(60);
    expect(
      daysToFull(
        diskOf(() => 50),
        CUTOFF,
      ),
    ).toBeNaN();
    expect(
      daysToFull(
        diskOf((age) => 50 + age),
        CUTOFF,
      ),
    ).toBeNaN();
  });

  it('is not known without enough days, of another unit, and of what is not a fullness', () => {
    expect(
      daysToFull(
        diskOf((age) => (age > 4 ? Number.NaN : 94 - age)),
        CUTOFF,
      ),
    ).toBeNaN();
    expect(
      daysToFull(
        diskOf((age) => 500 - age),
        CUTOFF,
      ),
    ).toBeNaN();
    for (const metric of ['disk_free_percent', 'disk_read_bytes', 'disk_io_percent', 'disk']) {
      expect(
        daysToFull(
          diskOf((age) => 94 - age, metric),
          CUTOFF,
        ),
      ).toBeNaN();
    }
    expect(
      daysToFull(
        diskOf(() => 0),
        CUTOFF - 300 * DAY_MS,
      ),
    ).toBeNaN();
  });

  it('does not use what was measured before the cutoff and arrived after it', () => {
    const disk = diskOf((age) => 94 - 2 * age);
    const late = { ...disk, knownAt: disk.ts.map((ts) => (ts > CUTOFF - 11 * DAY_MS ? CUTOFF + 1 : ts)) };
    expect(daysToFull(late, CUTOFF)).toBeNaN();
  });
});
