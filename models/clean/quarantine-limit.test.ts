import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_QUARANTINE_LIMIT, exceedsLimit, FEW_ROWS } from './quarantine-limit.ts';

const limit = { share: 0.1, rowsPerFile: 5_000, rowsPerDay: 9_000 };
const nothing = { rowsIn: 0, refused: 0 };

describe('exceedsLimit', () => {
  it('lets through what is within the limit, the limit included', () => {
    expect(exceedsLimit({ rowsIn: 100_000, refused: 5_000 }, nothing, limit)).toBeNull();
    expect(exceedsLimit({ rowsIn: 10_000, refused: FEW_ROWS }, nothing, limit)).toBeNull();
    expect(exceedsLimit(nothing, nothing, limit)).toBeNull();
  });

  it('stops a file with too many refused rows, with numbers', () => {
    expect(exceedsLimit({ rowsIn: 100_000, refused: 5_001 }, nothing, limit)).toBe(
      '5001 of 100000 rows of the file cannot be read, the limit is 5000 rows',
    );
  });

  it('stops a file with too large a share, once it is more than a few rows', () => {
    expect(exceedsLimit({ rowsIn: 1_200, refused: FEW_ROWS - 1 }, nothing, limit)).toBeNull();
    expect(exceedsLimit({ rowsIn: 9_999, refused: FEW_ROWS }, nothing, limit)).toBe(
      '1000 of 9999 rows of the file cannot be read, the limit is 10 %',
    );
  });

  it('stops the file that brings its day beyond the limit', () => {
    expect(
      exceedsLimit({ rowsIn: 100_000, refused: 1 }, { rowsIn: 100_000, refused: 9_000 }, limit),
    ).toContain('9001 of 200000 rows of this day');
    expect(exceedsLimit({ rowsIn: 3_000, refused: 200 }, { rowsIn: 6_000, refused: 800 }, limit)).toContain(
      '1000 of 9000 rows of this day',
    );
  });

  it('never stops a file that was read whole, whatever its day', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (rowsIn, dayRows, dayRefused) => {
        const day = { rowsIn: dayRows, refused: Math.min(dayRows, dayRefused) };
        expect(exceedsLimit({ rowsIn, refused: 0 }, day, DEFAULT_QUARANTINE_LIMIT)).toBeNull();
      }),
    );
  });

  it('more refused rows never let a file through that fewer stopped', () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.nat(20_000), fc.nat(20_000), (rowsIn, refused, more) => {
        const fewer = exceedsLimit({ rowsIn: rowsIn + refused, refused }, nothing, limit);
        const worse = { rowsIn: rowsIn + refused + more, refused: refused + more };
        if (fewer !== null) expect(exceedsLimit(worse, nothing, limit)).not.toBeNull();
      }),
    );
  });
});
