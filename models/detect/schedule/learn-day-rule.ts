import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { dayOfMonth, daysToMonthEnd, isBusinessDay, isDayOf, weekdayOf, weekOfMonth } from './day-rule.ts';
import type { DayRule } from './schedule.ts';

/** Days on which something started, ascending, and the days that were watched, both ends counted. */
export interface WatchedDays {
  active: readonly number[];
  from: number;
  to: number;
}

/** A rule needs so many days with a run to be seen. */
const LEAST_ACTIVE = { often: 4, seldom: 3 };
/** Within fewer days nobody can tell the days of the week apart. */
const LEAST_DAYS = 8;
/** Shares that must agree: days named that had a run, and days with a run that were named. */
const LEAST_KEPT = 0.6;
/** While a job changes its days, the old ones explain ever less: what is learned is compared with the last runs later. */
const LEAST_EXPLAINED = 0.5;
const LEAST_STILL_EXPLAINED = 0.75;
/** Evidence loses half its weight in so many usual gaps, and at least and at most so many days. */
const HALF_LIFE = { gaps: 10, leastDays: 15, mostDays: 180 };
/** What a more special rule must save in wrong days, weighted. */
const PRICES = { weekdays: 0.4, everyDays: 0.9, month: 1.1 };
/** A silence of so many usual gaps was an outage; it tells nothing of the days of the week. */
const OUTAGE_GAPS = 3;

/** The rule that tells best on which days a job runs; null when none does. */
export function learnDayRule(watched: WatchedDays, calendar: HolidayCalendar): DayRule | null {
  const { active, from, to } = watched;
  if (to - from + 1 < LEAST_DAYS || active.length < LEAST_ACTIVE.seldom) return null;
  const evidence = weigh(watched);
  const gapDays = usualGap(active);
  let best: { rule: DayRule; cost: number } | null = null;
  for (const [rule, price] of candidates(watched, evidence, gapDays, calendar)) {
    const fit = compare(rule, evidence, calendar);
    const seldom = fit.named < 0.5 * fit.days;
    if (active.length < (seldom ? LEAST_ACTIVE.seldom : LEAST_ACTIVE.often)) continue;
    if (fit.kept < LEAST_KEPT * fit.named || fit.kept < LEAST_EXPLAINED * fit.active) continue;
    const cost = fit.named + fit.active - 2 * fit.kept + price;
    if (best === null || cost < best.cost) best = { rule, cost };
  }
  return best?.rule ?? null;
}

/** Whether a rule that held before explains the days since as well. */
export function stillHolds(rule: DayRule, watched: WatchedDays, calendar: HolidayCalendar): boolean {
  const fit = compare(rule, weigh(watched), calendar);
  return fit.kept >= LEAST_KEPT * fit.named && fit.kept >= LEAST_STILL_EXPLAINED * fit.active;
}

/** Days in order, how much each counts, and whether something started on it. */
interface Evidence {
  first: number;
  weight: Float64Array;
  active: Uint8Array;
}

function weigh({ active, from, to }: WatchedDays): Evidence {
  const days = to - from + 1;
  const gapDays = Math.max(1, usualGap(active));
  const halfLife = Math.min(
    HALF_LIFE.mostDays,
    Math.max(HALF_LIFE.leastDays, (HALF_LIFE.gaps * days) / Math.max(1, active.length)),
  );
  const weight = new Float64Array(days);
  for (let i = 0; i < days; i++) weight[i] = 2 ** (-(days - 1 - i) / halfLife);
  const isActive = new Uint8Array(days);
  for (const day of active) if (day >= from && day <= to) isActive[day - from] = 1;
  const longest = Math.max(5, OUTAGE_GAPS * gapDays);
  for (let i = 0, silent = 0; i <= days; i++) {
    if (i < days && isActive[i] === 0) silent++;
    else {
      if (silent > longest) weight.fill(0, i - silent, i);
      silent = 0;
    }
  }
  return { first: from, weight, active: isActive };
}

/** Nine of ten gaps between active days are not longer. */
function usualGap(active: readonly number[]): number {
  if (active.length < 2) return 1;
  const gaps = active.slice(1).map((day, i) => day - active[i]!);
  gaps.sort((a, b) => a - b);
  return gaps[Math.floor(0.9 * (gaps.length - 1))]!;
}

function compare(rule: DayRule, { first, weight, active }: Evidence, calendar: HolidayCalendar) {
  const fit = { days: 0, named: 0, active: 0, kept: 0 };
  for (let i = 0; i < weight.length; i++) {
    const counts = weight[i]!;
    if (counts === 0) continue;
    const named = isDayOf(rule, first + i, calendar);
    fit.days += counts;
    if (named) fit.named += counts;
    if (active[i] === 1) fit.active += counts;
    if (named && active[i] === 1) fit.kept += counts;
  }
  return fit;
}

function* candidates(
  { active }: WatchedDays,
  evidence: Evidence,
  gapDays: number,
  calendar: HolidayCalendar,
): Generator<[DayRule, number]> {
  const every = [0, 1, 2, 3, 4, 5, 6];
  yield [{ kind: 'weekdays', weekdays: every, holidays: true }, 0];
  const weekdays = usualWeekdays(evidence, calendar);
  if (weekdays.length > 0) {
    const holidays = worksOnHolidays(weekdays, evidence, calendar);
    yield [{ kind: 'weekdays', weekdays, holidays }, weekdays.length === 7 ? 0.1 : PRICES.weekdays];
  }
  const last = active.at(-1)!;
  for (const everyDays of new Set([2, 3, 14, 28, gapDays])) {
    if (everyDays > 1 && everyDays !== 7 && everyDays <= 60) {
      yield [{ kind: 'every-days', everyDays, phase: last % everyDays }, PRICES.everyDays];
    }
  }
  if (gapDays < 10) return;
  // The last ones name the candidates: a rule that none of them keeps is none.
  const seen = new Set<string>();
  for (const day of active.slice(-4)) {
    for (const rule of monthRules(day, calendar)) {
      const text = JSON.stringify(rule);
      if (seen.has(text)) continue;
      seen.add(text);
      yield [rule, PRICES.month];
    }
  }
}

/** Weekdays on which it runs more often than not, holidays aside. */
function usualWeekdays({ first, weight, active }: Evidence, calendar: HolidayCalendar): number[] {
  const all = new Float64Array(7);
  const ran = new Float64Array(7);
  for (let i = 0; i < weight.length; i++) {
    if (weight[i] === 0 || calendar.holidayOn(first + i) !== null) continue;
    const weekday = weekdayOf(first + i);
    all[weekday]! += weight[i]!;
    if (active[i] === 1) ran[weekday]! += weight[i]!;
  }
  return [0, 1, 2, 3, 4, 5, 6].filter((weekday) => all[weekday]! > 0 && ran[weekday]! >= 0.5 * all[weekday]!);
}

/** By the holidays there were; without any, only Monday to Friday rests on them. */
function worksOnHolidays(
  weekdays: readonly number[],
  { first, weight, active }: Evidence,
  calendar: HolidayCalendar,
): boolean {
  let ran = 0;
  let rested = 0;
  for (let i = 0; i < weight.length; i++) {
    const day = first + i;
    if (!weekdays.includes(weekdayOf(day)) || calendar.holidayOn(day) === null) continue;
    if (active[i] === 1) ran++;
    else rested++;
  }
  return ran === rested ? weekdays.join() !== '1,2,3,4,5' : ran > rested;
}

function* monthRules(day: number, calendar: HolidayCalendar): Generator<DayRule> {
  const ofMonth = dayOfMonth(day);
  const toEnd = daysToMonthEnd(day);
  yield { kind: 'day-of-month', day: ofMonth };
  if (toEnd < 7) yield { kind: 'before-month-end', days: toEnd };
  yield { kind: 'weekday-of-month', weekday: weekdayOf(day), nth: weekOfMonth(day, 1) };
  if (toEnd < 7) yield { kind: 'weekday-of-month', weekday: weekdayOf(day), nth: -1 };
  if (!isBusinessDay(day, calendar)) return;
  for (const nth of ofMonth <= 15 ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] : [-1, -2, -3, -4, -5]) {
    const rule: DayRule = { kind: 'business-day-of-month', nth };
    if (isDayOf(rule, day, calendar)) yield rule;
  }
}
