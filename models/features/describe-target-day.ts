import { DAY_MS, type FeatureDefinition } from './feature.ts';
import type { HolidayCalendar } from './holiday-calendar.ts';
import type { VisibleHistory } from './visible-history.ts';

export const targetDayDefinitions: readonly FeatureDefinition[] = [
  {
    name: 'horizon_day',
    meaning: { en: 'days ahead', fr: "jours d'avance" },
    unit: 'days',
    window: 'target day',
  },
  {
    name: 'weekday_sin',
    meaning: { en: 'sine of the weekday', fr: 'sinus du jour de la semaine' },
    unit: 'number',
    window: 'target day',
  },
  {
    name: 'weekday_cos',
    meaning: { en: 'cosine of the weekday', fr: 'cosinus du jour de la semaine' },
    unit: 'number',
    window: 'target day',
  },
  {
    name: 'weekend',
    meaning: { en: 'Saturday or Sunday', fr: 'samedi ou dimanche' },
    unit: 'flag',
    window: 'target day',
  },
  {
    name: 'month_end',
    meaning: {
      en: 'last two or first two days of a month, one day more than the month ends whose failures are counted',
      fr: "deux derniers ou deux premiers jours d'un mois, un de plus que les fins de mois dont on compte les échecs",
    },
    unit: 'flag',
    window: 'target day',
  },
  {
    name: 'days_to_month_end',
    meaning: { en: 'days to the last day of the month', fr: 'jours avant le dernier jour du mois' },
    unit: 'days',
    window: 'target day',
  },
  {
    name: 'holiday',
    meaning: { en: 'public holiday of the calendar (France)', fr: 'jour férié du calendrier (France)' },
    unit: 'flag',
    window: 'target day',
  },
  {
    name: 'expected_runs',
    meaning: { en: 'mean runs on this weekday', fr: 'passages moyens ce jour de semaine' },
    unit: 'count',
    window: '28 d',
  },
  {
    name: 'weekday_active_56d',
    meaning: {
      en: 'of the last 8 such weekdays, those with a run',
      fr: 'sur les 8 derniers mêmes jours, ceux avec passage',
    },
    unit: 'count',
    window: '56 d',
  },
  {
    name: 'weekday_failed_56d',
    meaning: {
      en: 'of the last 8 such weekdays, those with a failure',
      fr: 'sur les 8 derniers mêmes jours, ceux avec échec',
    },
    unit: 'count',
    window: '56 d',
  },
  {
    name: 'weekday_failure_rate',
    meaning: {
      en: 'share of such weekdays with a failure, shrunken to the rate of all days',
      fr: 'part des mêmes jours avec échec, ramenée au taux de tous les jours',
    },
    unit: 'share',
    window: 'all',
  },
];

/** Instant that names the calendar day of horizon day `h`: the middle of its 24 hours. */
export const middleOfTargetDay = (cutoff: number, horizonDay: number) => cutoff + (horizonDay - 0.5) * DAY_MS;

/** 0 on the last day of the month, UTC. */
export function daysToMonthEnd(instant: number): number {
  const day = new Date(instant);
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate() - day.getUTCDate();
}

/**
 * Writes the values of `targetDayDefinitions` for day `h` (1 to 7) after the cutoff.
 *
 * Days are the 24 hours between cutoffs; the calendar says the day in which their middle lies (UTC).
 */
export function describeTargetDay(
  history: VisibleHistory,
  cutoff: number,
  horizonDay: number,
  holidays: HolidayCalendar,
  row: Float64Array,
  at: number,
): void {
  const middle = middleOfTargetDay(cutoff, horizonDay);
  const weekday = (Math.floor(middle / DAY_MS) + 3) % 7;
  row[at++] = horizonDay;
  row[at++] = Math.sin((2 * Math.PI * weekday) / 7);
  row[at++] = Math.cos((2 * Math.PI * weekday) / 7);
  row[at++] = weekday >= 5 ? 1 : 0;
  const near = (days: number) => new Date(middle + days * DAY_MS).getUTCMonth();
  row[at++] = near(-2) !== near(2) ? 1 : 0;
  row[at++] = daysToMonthEnd(middle);
  row[at++] = holidays.holidayOn(Math.floor(middle / DAY_MS)) === null ? 0 : 1;

  const end = history.count;
  const slot = (((history.dayOf(middle) % 7) + 7) % 7) as number;
  const month = history.before(cutoff - 28 * DAY_MS);
  const twoMonths = history.before(cutoff - 56 * DAY_MS);
  const { activeDays, failedDays } = history.totals;
  const total = (sums: Uint32Array, from: number) =>
    sums[7 * activeDays[end]! + slot]! - sums[7 * activeDays[from]! + slot]!;
  const dailyRate = (failedDays[end]! + 0.1) / (activeDays[end]! + 1);
  row[at++] = total(history.weekdayRuns, month) / 4;
  row[at++] = total(history.weekdayActive, twoMonths);
  row[at++] = total(history.weekdayFailed, twoMonths);
  row[at] = (total(history.weekdayFailed, 0) + 2 * dailyRate) / (total(history.weekdayActive, 0) + 2);
}
