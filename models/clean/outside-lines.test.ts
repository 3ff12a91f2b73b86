import { describe, expect, it } from 'vitest';
import { toldRows } from './outside-lines.ts';

describe('the rows that a footer tells', () => {
  it.each([
    [['1234 rows'], 1234],
    [['Total', '', "12'345"], 12_345],
    [['# 1 234 567 lignes'], 1_234_567],
    [['TOTAL', '0'], 0],
    [['Total', '12.5'], null],
    [['Total', '12', '13'], null],
    [['end of file'], null],
    [['Total', '1234567890123456789'], null],
  ])('%j: %s', (fields, rows) => {
    expect(toldRows(fields)).toBe(rows);
  });
});
