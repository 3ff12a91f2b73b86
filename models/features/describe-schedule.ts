import { DAY_MS, type FeatureFamily } from './feature.ts';

/** At which hours and on how many days the job runs. Hours and weekends are UTC. */
export const schedule: FeatureFamily = {
  definitions: [
    {
      name: 'hour_sin',
      meaning: { en: 'mean sine of the hour of start', fr: "sinus moyen de l'heure de départ" },
      unit: 'number',
      window: '28 d',
    },
    {
      name: 'hour_cos',
      meaning: { en: 'mean cosine of the hour of start', fr: "cosinus moyen de l'heure de départ" },
      unit: 'number',
      window: '28 d',
    },
    {
      name: 'weekend_share',
      meaning: { en: 'share of runs at the weekend', fr: 'part des passages le week-end' },
      unit: 'share',
      window: '28 d',
    },
    {
      name: 'active_days_28d',
      meaning: { en: 'days with a run, of the last 28', fr: 'jours avec passage, sur les 28 derniers' },
      unit: 'count',
      window: '28 d',
    },
    {
      name: 'failed_days_28d',
      meaning: { en: 'days with a failure, of the last 28', fr: 'jours avec échec, sur les 28 derniers' },
      unit: 'count',
      window: '28 d',
    },
  ],
  write(history, cutoff, row, at) {
    const end = history.count;
    const from = history.before(cutoff - 28 * DAY_MS);
    const runs = end - from;
    const { hourSin, hourCos, weekend, activeDays, failedDays } = history.totals;
    const share = (sums: Float64Array | Uint32Array) =>
      runs === 0 ? Number.NaN : (sums[end]! - sums[from]!) / runs;
    row[at] = share(hourSin);
    row[at + 1] = share(hourCos);
    row[at + 2] = share(weekend);
    row[at + 3] = activeDays[end]! - activeDays[from]!;
    row[at + 4] = failedDays[end]! - failedDays[from]!;
  },
};
