/** Of which more is better, and of which less; names as scikit-learn has them. */
const DIRECTIONS = {
  average_precision: 'up',
  roc_auc: 'up',
  brier_score: 'down',
  log_loss: 'down',
  expected_calibration_error: 'down',
  onset_average_precision: 'up',
} as const;

export interface MeasuredMetric {
  head: 'day' | 'week';
  metric: string;
  value: number | null;
}

export interface ComparedMetric {
  head: 'week' | 'day';
  metric: string;
  one: number | null;
  other: number | null;
  /** other − one; null where one of them is not known. */
  difference: number | null;
  /** Null: equal, or not known. */
  better: 'one' | 'other' | null;
}

/** What two versions were worth on their test windows, metric by metric, weeks first. */
export function compareMetrics(
  one: readonly MeasuredMetric[],
  other: readonly MeasuredMetric[],
): ComparedMetric[] {
  const measured = (metrics: readonly MeasuredMetric[], head: string, metric: string) =>
    metrics.find((each) => each.head === head && each.metric === metric)?.value ?? null;
  return (['week', 'day'] as const).flatMap((head) =>
    Object.entries(DIRECTIONS).map(([metric, direction]) => {
      const a = measured(one, head, metric);
      const b = measured(other, head, metric);
      const difference = a === null || b === null ? null : b - a;
      const isUp = direction === 'up';
      const better = !difference ? null : difference > 0 === isUp ? 'other' : 'one';
      return { head, metric, one: a, other: b, difference, better };
    }),
  );
}
