import { daysToMonthEnd, middleOfTargetDay } from './describe-target-day.ts';
import { DAY_MS, type FeatureFamily, WEEK_DAYS } from './feature.ts';
import type { ClosingTrials } from './month-end-excess.ts';
import type { VisibleHistory } from './visible-history.ts';

/** Closings that are looked back at. */
const MONTHS = 12;
/** A closing takes the last two days of a month and the first of the next. */
const DAYS_BEFORE = 2;
const CLOSING_DAYS = 3;
/** Other days that a month end of its own is worth, at first. */
const STRENGTH = 3;

/** How the job fared at the ends of the last twelve months, and what that says of the week. Days as in `describeTargetDay`. */
export const monthEnds: FeatureFamily = {
  definitions: [
    {
      name: 'month_end_failure_rate',
      meaning: {
        en: 'share of days with a failure at month ends (last two days, first day), shrunken to that of other days',
        fr: 'part des jours avec échec aux fins de mois (deux derniers jours, premier jour), ramenée aux autres jours',
      },
      unit: 'share',
      window: '12 months',
    },
    {
      name: 'month_end_days_active',
      meaning: {
        en: 'days at month ends (last two days, first day) with a run',
        fr: 'jours de fin de mois (deux derniers jours, premier jour) avec passage',
      },
      unit: 'count',
      window: '12 months',
    },
    {
      name: 'month_end_days_failed',
      meaning: {
        en: 'days at month ends (last two days, first day) with a failure',
        fr: 'jours de fin de mois (deux derniers jours, premier jour) avec échec',
      },
      unit: 'count',
      window: '12 months',
    },
    {
      name: 'month_end_extra_ahead',
      meaning: {
        en: 'days at a month end in the coming week, times what they fail more than others',
        fr: "jours de fin de mois dans la semaine à venir, fois ce qu'ils échouent de plus que les autres",
      },
      unit: 'days',
      window: '12 months',
    },
  ],
  write(history, cutoff, row, at) {
    const { active, failed, otherActive, otherFailed } = closingTrials(history, cutoff);
    const otherRate = (otherFailed + 0.1) / (otherActive + 1);
    row[at] = (failed + STRENGTH * otherRate) / (active + STRENGTH);
    row[at + 1] = active;
    row[at + 2] = failed;
    // The days alone would be the same for all jobs: with few cutoffs that is learned by heart.
    const ahead = monthEndDays(cutoff);
    const extra = (failed - active * otherRate) / (active + STRENGTH);
    row[at + 3] = ahead === 0 ? 0 : ahead * extra;
  },
};

/** How the job fared at the ends of the last twelve months, and on the other days. */
export function closingTrials(history: VisibleHistory, cutoff: number): ClosingTrials {
  const { activeDays, failedDays } = history.totals;
  const end = history.count;
  const first = history.before(cutoff - 366 * DAY_MS);
  const { active, failed } = closingDays(history, cutoff, first);
  return {
    active,
    failed,
    otherActive: activeDays[end]! - activeDays[first]! - active,
    otherFailed: failedDays[end]! - failedDays[first]! - failed,
  };
}

/** Whether the day ahead (1 to 7) is one of the last two of a month, or its first. */
export function isClosingDay(cutoff: number, horizonDay: number): boolean {
  const day = middleOfTargetDay(cutoff, horizonDay);
  return daysToMonthEnd(day) < DAYS_BEFORE || new Date(day).getUTCDate() === 1;
}

/** Days at a month end in the week after the cutoff. */
export const monthEndDays = (cutoff: number): number =>
  Array.from({ length: WEEK_DAYS }, (_, d) => isClosingDay(cutoff, d + 1)).filter(Boolean).length;

/** Days with a run, and with a failure, at the ends of the last months. `first`: runs before that are not counted. */
function closingDays(history: VisibleHistory, cutoff: number, first: number) {
  const { activeDays, failedDays } = history.totals;
  const today = new Date(cutoff);
  const sums = { active: 0, failed: 0 };
  // The first of the next month: its closing may have begun.
  for (let back = -1; back < MONTHS; back++) {
    const midnight = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1);
    // The first of the 24 hours between cutoffs whose middle is not before the closing.
    const opens = midnight - DAYS_BEFORE * DAY_MS - DAY_MS / 2;
    const start = cutoff - Math.floor((cutoff - opens) / DAY_MS) * DAY_MS;
    if (start >= cutoff) continue;
    const from = Math.max(first, history.before(start));
    const to = Math.max(from, history.before(Math.min(cutoff, start + CLOSING_DAYS * DAY_MS)));
    sums.active += activeDays[to]! - activeDays[from]!;
    sums.failed += failedDays[to]! - failedDays[from]!;
  }
  return sums;
}
