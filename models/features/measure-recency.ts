import { FAILED } from '../records/run.ts';
import { DAY_MS, type FeatureFamily } from './feature.ts';
import { HALF_LIFE_DAYS } from './visible-history.ts';

/** How long ago, how many in a row, and averages that forget. */
export const recency: FeatureFamily = {
  definitions: [
    {
      name: 'days_since_run',
      meaning: { en: 'days since the last run', fr: 'jours depuis le dernier passage' },
      unit: 'days',
      window: 'all',
    },
    {
      name: 'days_since_failure',
      meaning: {
        en: 'days since the last failed run, missing when it never failed',
        fr: 'jours depuis le dernier échec, absent si jamais échoué',
      },
      unit: 'days',
      window: 'all',
    },
    {
      name: 'age_days',
      meaning: { en: 'days since the first run', fr: 'jours depuis le premier passage' },
      unit: 'days',
      window: 'all',
    },
    {
      name: 'last_run_failed',
      meaning: { en: 'the last run failed', fr: 'le dernier passage a échoué' },
      unit: 'flag',
      window: 'last run',
    },
    {
      name: 'failure_streak',
      meaning: { en: 'failed runs since the last good one', fr: 'échecs depuis le dernier succès' },
      unit: 'count',
      window: 'all',
    },
    {
      name: 'success_streak',
      meaning: { en: 'good runs since the last failed one', fr: 'succès depuis le dernier échec' },
      unit: 'count',
      window: 'all',
    },
    {
      name: 'failure_average_fast',
      meaning: {
        en: `failure rate, half of it from the last ${HALF_LIFE_DAYS.fast} days`,
        fr: `taux d'échec, pour moitié des ${HALF_LIFE_DAYS.fast} derniers jours`,
      },
      unit: 'share',
      window: 'all',
    },
    {
      name: 'failure_average_slow',
      meaning: {
        en: `failure rate, half of it from the last ${HALF_LIFE_DAYS.slow} days`,
        fr: `taux d'échec, pour moitié des ${HALF_LIFE_DAYS.slow} derniers jours`,
      },
      unit: 'share',
      window: 'all',
    },
  ],
  write(history, cutoff, row, at) {
    const end = history.count;
    const last = end - 1;
    const lastFailed = history.lastFailed[end]!;
    const lastSucceeded = history.lastSucceeded[end]!;
    const { failed, cancelled } = history.totals;
    const sinceRunDays = (cutoff - history.startedAt[last]!) / DAY_MS;
    row[at++] = sinceRunDays;
    row[at++] = lastFailed < 0 ? Number.NaN : (cutoff - history.startedAt[lastFailed]!) / DAY_MS;
    row[at++] = (cutoff - history.startedAt[0]!) / DAY_MS;
    row[at++] = history.status[last] === FAILED ? 1 : 0;
    // A cancelled run neither ends a streak nor counts in it: somebody stopped it, it says little of the job.
    row[at++] = failed[end]! - failed[lastSucceeded + 1]!;
    row[at++] = end - lastFailed - 1 - (cancelled[end]! - cancelled[lastFailed + 1]!);
    const { fastFailed, fastRuns, slowFailed, slowRuns } = history.decayed;
    const fast = 2 ** (-sinceRunDays / HALF_LIFE_DAYS.fast);
    const slow = 2 ** (-sinceRunDays / HALF_LIFE_DAYS.slow);
    row[at++] = (fastFailed[end]! * fast + 0.1) / (fastRuns[end]! * fast + 1);
    row[at] = (slowFailed[end]! * slow + 0.1) / (slowRuns[end]! * slow + 1);
  },
};
