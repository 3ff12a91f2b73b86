import { DAY_MS, type FeatureFamily, WEEK_DAYS } from './feature.ts';

/** Two years of closed windows: older ones say nothing and cost time. */
const MAX_WINDOWS = 104;
const RECENT_DECAY = 2 ** (-1 / 4);

/**
 * The weeks that have closed by the cutoff, counted back from it, in which the job was a candidate (it ran in
 * the seven days before): how many saw a failure. What the base rates W and P read.
 */
export const failingWindows: FeatureFamily = {
  definitions: [
    {
      name: 'windows_closed',
      meaning: { en: 'past weeks as a candidate', fr: 'semaines passées comme candidat' },
      unit: 'count',
      window: '104 weeks',
    },
    {
      name: 'windows_failed',
      meaning: { en: 'past weeks with a failure', fr: 'semaines passées avec échec' },
      unit: 'count',
      window: '104 weeks',
    },
    {
      name: 'window_failure_rate',
      meaning: {
        en: 'share of past weeks with a failure, shrunken to 10 % by three weeks',
        fr: 'part des semaines passées avec échec, ramenée vers 10 % par trois semaines',
      },
      unit: 'share',
      window: '104 weeks',
    },
    {
      name: 'window_failure_rate_recent',
      meaning: {
        en: 'the same with a half-life of four weeks',
        fr: 'la même avec une demi-vie de quatre semaines',
      },
      unit: 'share',
      window: '104 weeks',
    },
    {
      name: 'window_days_failed',
      meaning: { en: 'days with a failure in those weeks', fr: 'jours avec échec dans ces semaines' },
      unit: 'count',
      window: '104 weeks',
    },
    {
      name: 'last_window_failed',
      meaning: { en: 'the last seven days saw a failure', fr: 'un échec dans les sept derniers jours' },
      unit: 'flag',
      window: '7 d',
    },
    {
      name: 'last_day_failed',
      meaning: { en: 'the last 24 hours saw a failure', fr: 'un échec dans les dernières 24 heures' },
      unit: 'flag',
      window: '1 d',
    },
  ],
  write(history, cutoff, row, at) {
    const { failed, failedDays } = history.totals;
    let closed = 0;
    let failures = 0;
    let days = 0;
    let recentClosed = 0;
    let recentFailures = 0;
    let weight = 1;
    let end = history.count;
    let from = history.before(cutoff - WEEK_DAYS * DAY_MS);
    const lastFailed = failed[end]! > failed[from]! ? 1 : 0;
    for (let k = 1; k <= MAX_WINDOWS && from > 0; k++) {
      const earlier = history.before(cutoff - (k + 1) * WEEK_DAYS * DAY_MS);
      if (earlier < from) {
        const hit = failed[end]! > failed[from]! ? 1 : 0;
        closed++;
        failures += hit;
        days += failedDays[end]! - failedDays[from]!;
        recentClosed += weight;
        recentFailures += weight * hit;
      }
      weight *= RECENT_DECAY;
      end = from;
      from = earlier;
    }
    row[at] = closed;
    row[at + 1] = failures;
    row[at + 2] = (failures + 0.3) / (closed + 3);
    row[at + 3] = (recentFailures + 0.1) / (recentClosed + 1);
    row[at + 4] = days;
    row[at + 5] = lastFailed;
    row[at + 6] = failed[history.count]! > failed[history.before(cutoff - DAY_MS)]! ? 1 : 0;
  },
};
