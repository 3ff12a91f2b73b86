import { type ScoreCard, scoreCard } from '../alerts/score-card.ts';
import type { ForecastRow } from './figures.ts';

/** Jobs that were given about the same probability, and how many of them failed. */
export interface CalibrationBin {
  /** Mean probability of its forecasts. */
  forecast: number;
  failed: number;
  count: number;
}

export interface ForecastCard {
  weeks: { cutoff: string; card: ScoreCard }[];
  /** Ten bins of equal width, those without a forecast left out. */
  calibration: CalibrationBin[];
  /** Mean over all forecasts of the period; null without any. */
  brier: number | null;
  brierOfShare: number | null;
  /** Of those to check, the share that failed. */
  precision: number | null;
  /** Of jobs that failed, the share that was among those to check. */
  recall: number | null;
}

const BINS = 10;

/** How the forecasts of the period did, week by week and together. */
export function forecastCard(rows: readonly ForecastRow[]): ForecastCard {
  const weeks = [...Map.groupBy(rows, ({ cutoff }) => cutoff)].map(([cutoff, week]) => ({
    cutoff,
    card: scoreCard(week),
  }));
  const covered = rows.filter(({ probability }) => probability !== null);
  const bins = Array.from({ length: BINS }, () => ({ sum: 0, failed: 0, count: 0 }));
  for (const { probability, failed } of covered) {
    const bin = bins[Math.min(BINS - 1, Math.floor(probability! * BINS))]!;
    bin.sum += probability!;
    bin.failed += Number(failed);
    bin.count += 1;
  }
  const all = scoreCard(covered);
  const sum = (of: (card: ScoreCard) => number) => weeks.reduce((total, { card }) => total + of(card), 0);
  const checked = sum(({ checked }) => checked);
  const failed = rows.filter((row) => row.failed).length;
  const hits = sum(({ hits }) => hits);
  return {
    weeks,
    calibration: bins.flatMap(({ sum: total, failed: bad, count }) =>
      count === 0 ? [] : [{ forecast: total / count, failed: bad / count, count }],
    ),
    brier: all.brier,
    brierOfShare: all.brierOfShare,
    precision: checked === 0 ? null : hits / checked,
    recall: failed === 0 ? null : hits / failed,
  };
}
