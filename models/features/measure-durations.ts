import { DAY_MS, type FeatureFamily } from './feature.ts';

/** Duration level and spread over four weeks, and the last run beside them. */
export const durations: FeatureFamily = {
  definitions: [
    {
      name: 'duration_mean',
      meaning: { en: 'mean duration of a run, log(1 + s)', fr: "durée moyenne d'un passage, log(1 + s)" },
      unit: 'log seconds',
      window: '28 d',
    },
    {
      name: 'duration_spread',
      meaning: {
        en: 'spread of the durations over their mean',
        fr: 'dispersion des durées sur leur moyenne',
      },
      unit: 'ratio',
      window: '28 d',
    },
    {
      name: 'duration_last',
      meaning: {
        en: 'log of the last duration over the mean',
        fr: 'log de la dernière durée sur la moyenne',
      },
      unit: 'number',
      window: '28 d',
    },
    {
      name: 'duration_trend',
      meaning: {
        en: 'log of the mean duration of 7 days over that of 28 days',
        fr: 'log de la durée moyenne sur 7 jours par celle sur 28 jours',
      },
      unit: 'number',
      window: '28 d',
    },
  ],
  write(history, cutoff, row, at) {
    row.fill(Number.NaN, at, at + 4);
    const end = history.count;
    const { durationKnown, durationSum, durationSquares } = history.totals;
    const monthFrom = history.before(cutoff - 28 * DAY_MS);
    const weekFrom = history.before(cutoff - 7 * DAY_MS);
    const known = durationKnown[end]! - durationKnown[monthFrom]!;
    if (known === 0) return;
    const mean = (durationSum[end]! - durationSum[monthFrom]!) / known;
    const square = (durationSquares[end]! - durationSquares[monthFrom]!) / known;
    row[at] = Math.log1p(Math.max(mean, 0));
    // Differences of running totals carry rounding: a constant duration must give spread 0, not noise.
    const variance = square - mean * mean;
    row[at + 1] = mean > 0 && variance > 1e-9 * square ? Math.sqrt(variance) / mean : 0;
    const last = history.durationMs[end - 1]! / 1000;
    if (mean > 0 && last >= 0) row[at + 2] = Math.log((last + 1) / (mean + 1));
    const weekKnown = durationKnown[end]! - durationKnown[weekFrom]!;
    if (weekKnown > 0 && mean > 0) {
      const weekMean = (durationSum[end]! - durationSum[weekFrom]!) / weekKnown;
      row[at + 3] = Math.log((Math.max(weekMean, 0) + 1) / (mean + 1));
    }
  },
};
