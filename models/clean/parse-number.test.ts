import { expect, test } from 'vitest';
import { parseDuration } from './parse-duration.ts';
import { parseNumber } from './parse-number.ts';

test.each([
  ['0', '.', 0],
  ['0012', '.', 12],
  ['123456789012345678', '.', 123456789012345680],
  ['-37', '.', -37],
  ['+5.25', '.', 5.25],
  ['.5', '.', 0.5],
  ['1e3', '.', 1000],
  ['1,234', '.', 1234],
  ['1,234,567.8', '.', 1234567.8],
  ['12,5', '.', 12.5],
  ['57,262', ',', 57.262],
  ['1.234', ',', 1234],
  ['1.234.567,8', ',', 1234567.8],
  ['12.5', ',', 12.5],
  ['1 234 567', '.', 1234567],
  ['1\u202f234,5', ',', 1234.5],
  ['1\u00a0234', '.', 1234],
  ["1'234.5", '.', 1234.5],
] as const)('%s with decimal mark %s is %d', (text, mark, expected) => {
  expect(parseNumber(text, mark)).toBe(expected);
});

test.each(['', 'many', '12 34', '1,2,3', '0x10', 'Infinity', 'NaN', '1e999', '--1', '12 rows', '1,23,456'])(
  'not a number: %j',
  (text) => {
    expect(parseNumber(text, '.')).toBeNaN();
    expect(parseNumber(text, ',')).toBeNaN();
  },
);

test.each([
  ['57.262', 1000, '.', 57_262],
  ['57,262', 1000, ',', 57_262],
  ['1.0005', 1000, '.', 1001],
  ['250', 1, '.', 250],
  ['1.5', 60_000, '.', 90_000],
  ['-3', 1000, '.', -3000],
  ['01:02:03', 1000, '.', 3_723_000],
  ['100:00:00.5', 60_000, '.', 360_000_500],
  ['-0:00:07', 1000, '.', -7000],
  ['1 day, 2:03:04', 1000, '.', 93_784_000],
  ['1.02:03:04', 1, '.', 93_784_000],
  ['1 j 02:03:04,5', 1, ',', 93_784_500],
  ['PT1H2M3.5S', 1, '.', 3_723_500],
  ['P1DT2H', 1, '.', 93_600_000],
  ['1 h 02 min 03 s', 1, '.', 3_723_000],
  ['2m5s', 1, '.', 125_000],
  ['350 ms', 1000, '.', 350],
  ['57,2 s', 1, ',', 57_200],
  ['-3 minutes', 1, '.', -180_000],
] as const)('the duration %s in units of %d ms, decimal mark %s', (text, unitMs, mark, expected) => {
  expect(parseDuration(text, unitMs, mark)).toBe(expected);
});

test.each(['', 'soon', '00:60:00', '1:2:3', '12:30', 'P', 'PT', 'h', '-', '3 parsecs', '5 s 3 min'])(
  'not a duration: %j',
  (text) => {
    expect(parseDuration(text, 1000, '.')).toBeNaN();
  },
);
