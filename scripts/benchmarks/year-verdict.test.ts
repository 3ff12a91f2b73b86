import { describe, expect, it } from 'vitest';
import { judgeYear, oracleShareOf, type YearWeek, yearFigures } from './year-verdict.ts';

const SHIFTS = [20, 35];
const QUIET = { version: 1, kind: 'boosting', state: 'steady', signs: [], verdict: 'keep', promoted: null };
/** A year with the skill of each week; what is told of single weeks goes over it. */
const yearOf = (
  skillAt: (week: number) => number | null,
  told: Record<number, Partial<YearWeek>> = {},
  weeks = 52,
): YearWeek[] =>
  Array.from({ length: weeks - 4 }, (_, i) => {
    const week = i + 4;
    const skill = skillAt(week);
    const share = { oracleShare: (skill ?? 0) * 2, opened: false, retraining: false };
    return { week, skill, ...QUIET, ...share, ...told[week] };
  });
/** Falls for some weeks after each change. */
const falling = (weeks: number, to: number) => (week: number) =>
  SHIFTS.some((shift) => week >= shift && week < shift + weeks) ? to : 0.3;
const figureIn = (name: string, weeks: readonly YearWeek[]) =>
  yearFigures(judgeYear(weeks, SHIFTS), SHIFTS).find((one) => one.name === name)!.value;

describe('the verdict on a year', () => {
  it('is that it recovered where both times the last weeks are as good as those before', () => {
    const year = yearOf(falling(7, 0.02), {
      22: { opened: true, retraining: true },
      27: { promoted: 9 },
      38: { opened: true },
      42: { promoted: 12 },
    });
    expect(figureIn('year_recovered', year)).toBe(1);
    expect(figureIn('year_fall_shown', year)).toBe(1);
    expect(judgeYear(year, SHIFTS)).toMatchObject([
      { week: 20, weeksToIncident: 2, weeksToRetraining: 2, weeksToPromotion: 7 },
      { week: 35, weeksToIncident: 3, weeksToRetraining: null, weeksToPromotion: 7 },
    ]);
    expect(figureIn('shift_1_skill_after', year)).toBe(0.02);
    expect(figureIn('shift_2_skill_settled', year)).toBe(0.3);
  });

  it('is that it did not where one time it stayed below four fifths', () => {
    expect(
      figureIn(
        'year_recovered',
        yearOf((week) => (week >= 35 ? 0.2 : 0.3)),
      ),
    ).toBe(0);
    const inOracle = yearOf(falling(7, 0));
    const misled = inOracle.map((week) => (week.week > 46 ? { ...week, oracleShare: 0.1 } : week));
    expect(figureIn('year_recovered', misled)).toBe(0);
  });

  it('knows no fall where there was none, and counts neither the week of the change nor what comes after the next', () => {
    const year = yearOf(() => 0.3, { 20: { promoted: 5 }, 36: { opened: true } });
    expect(figureIn('year_fall_shown', year)).toBe(0);
    expect(judgeYear(year, SHIFTS)[0]).toMatchObject({ weeksToPromotion: null, weeksToIncident: null });
  });

  it('is not known of a part of the year, and leaves out weeks that nothing is known of', () => {
    const part = yearOf(falling(5, 0), {}, 34);
    expect(figureIn('year_recovered', part)).toBeNull();
    expect(judgeYear(part, SHIFTS)).toHaveLength(1);
    expect(
      figureIn(
        'year_recovered',
        yearOf(() => null),
      ),
    ).toBeNull();
    expect(yearFigures([], SHIFTS).map(({ value }) => value)).toEqual([null, null]);
  });
});

it('the share of the oracle is 1 of one who knows, 0 of one who says the mean, below of one who misleads', () => {
  const truth = [0.1, 0.2, 0.9];
  expect(oracleShareOf(truth, truth)).toBe(1);
  expect(oracleShareOf([0.4, 0.4, 0.4], truth)).toBeCloseTo(0, 12);
  expect(oracleShareOf([0.9, 0.8, 0.1], truth)).toBeLessThan(-1);
});
