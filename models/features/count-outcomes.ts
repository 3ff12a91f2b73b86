import { DAY_MS, type FeatureDefinition, type FeatureFamily } from './feature.ts';

const WINDOWS_DAYS = [1, 7, 28] as const;

const windowed: FeatureDefinition[] = WINDOWS_DAYS.flatMap((days): FeatureDefinition[] => [
  {
    name: `runs_${days}d`,
    meaning: { en: `runs in the last ${days} days`, fr: `passages des ${days} derniers jours` },
    unit: 'count',
    window: `${days} d`,
  },
  {
    name: `failed_${days}d`,
    meaning: { en: `failed runs in the last ${days} days`, fr: `échecs des ${days} derniers jours` },
    unit: 'count',
    window: `${days} d`,
  },
  {
    name: `failure_rate_${days}d`,
    meaning: {
      en: `share of failed runs in the last ${days} days, shrunken to 20 % by one run`,
      fr: `part d'échecs des ${days} derniers jours, ramenée vers 20 % par un passage`,
    },
    unit: 'share',
    window: `${days} d`,
  },
]);

/** Runs, failures and their share over a day, a week, four weeks and the whole history. */
export const outcomeCounts: FeatureFamily = {
  definitions: [
    ...windowed,
    {
      name: 'cancelled_28d',
      meaning: { en: 'cancelled runs in the last 28 days', fr: 'passages annulés des 28 derniers jours' },
      unit: 'count',
      window: '28 d',
    },
    {
      name: 'runs_all',
      meaning: { en: 'runs ever seen', fr: 'passages vus en tout' },
      unit: 'count',
      window: 'all',
    },
    {
      name: 'failed_all',
      meaning: { en: 'failed runs ever seen', fr: 'échecs vus en tout' },
      unit: 'count',
      window: 'all',
    },
    {
      name: 'failure_rate_all',
      meaning: {
        en: 'share of failed runs ever, shrunken to 20 % by one run',
        fr: "part d'échecs depuis toujours, ramenée vers 20 % par un passage",
      },
      unit: 'share',
      window: 'all',
    },
  ],
  write(history, cutoff, row, at) {
    const end = history.count;
    const { failed, cancelled } = history.totals;
    let from = end;
    for (const days of WINDOWS_DAYS) {
      from = history.before(cutoff - days * DAY_MS);
      const runs = end - from;
      const failures = failed[end]! - failed[from]!;
      row[at++] = runs;
      row[at++] = failures;
      row[at++] = (failures + 0.2) / (runs + 1);
    }
    row[at++] = cancelled[end]! - cancelled[from]!;
    row[at++] = end;
    row[at++] = failed[end]!;
    row[at] = (failed[end]! + 0.2) / (end + 1);
  },
};
