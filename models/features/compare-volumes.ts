import { DAY_MS, type FeatureFamily } from './feature.ts';

/** Rows written beside what was expected and beside the job's own usual volume. */
export const volumes: FeatureFamily = {
  definitions: [
    {
      name: 'rows_ratio_last',
      meaning: {
        en: 'rows written over rows expected, last run',
        fr: 'lignes écrites sur lignes attendues, dernier passage',
      },
      unit: 'ratio',
      window: 'last run',
    },
    {
      name: 'rows_ratio_7d',
      meaning: {
        en: 'mean of rows written over rows expected, 7 days',
        fr: 'moyenne des lignes écrites sur attendues, 7 jours',
      },
      unit: 'ratio',
      window: '7 d',
    },
    {
      name: 'rows_trend',
      meaning: {
        en: 'log of the mean volume of 7 days over that of 28 days, good runs',
        fr: 'log du volume moyen sur 7 jours par celui sur 28 jours, passages réussis',
      },
      unit: 'number',
      window: '28 d',
    },
  ],
  write(history, cutoff, row, at) {
    row.fill(Number.NaN, at, at + 3);
    const end = history.count;
    const week = history.before(cutoff - 7 * DAY_MS);
    const month = history.before(cutoff - 28 * DAY_MS);
    const { ratioKnown, ratioSum, rowsKnown, rowsSum } = history.totals;
    row[at] = history.rowsRatio[end - 1]!;
    const ratios = ratioKnown[end]! - ratioKnown[week]!;
    if (ratios > 0) row[at + 1] = (ratioSum[end]! - ratioSum[week]!) / ratios;
    const weekKnown = rowsKnown[end]! - rowsKnown[week]!;
    const monthKnown = rowsKnown[end]! - rowsKnown[month]!;
    if (weekKnown > 0 && monthKnown > 0) {
      const weekMean = (rowsSum[end]! - rowsSum[week]!) / weekKnown;
      const monthMean = (rowsSum[end]! - rowsSum[month]!) / monthKnown;
      row[at + 2] = Math.log((weekMean + 1) / (monthMean + 1));
    }
  },
};
