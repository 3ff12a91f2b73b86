import type { EarlierRow, ReportFigures } from './figures.ts';
import { candidates } from './recommend.ts';

/** What came of a recommendation of the report before. */
export interface MeasuredRecommendation extends EarlierRow {
  /** The same measure in this period; null when nothing can be said: no run, no sample, no answer. */
  now: number | null;
  /** `better` and `worse` from a fifth of what it was on. */
  verdict: 'better' | 'same' | 'worse' | 'unknown';
}

const CHANGED = 0.2;
/** Where these are not found any more, there are none. */
const GONE_IS_NONE = new Set(['repair-error', 'find-failures']);

/** Measures again what the report before recommended. */
export function measureEarlier(figures: ReportFigures, days: number): MeasuredRecommendation[] {
  const earlier = figures['earlier-recommendations'];
  if (earlier.length === 0) return [];
  const today = new Map(candidates(figures, days).map(({ key, measured }) => [key, measured]));
  const ran = figures.jobs.length > 0;
  return earlier.map((row) => {
    const now = today.get(row.key) ?? (GONE_IS_NONE.has(row.kind) && ran ? 0 : null);
    return { ...row, now, verdict: verdictOf(row.measured, now) };
  });
}

function verdictOf(before: number, now: number | null): MeasuredRecommendation['verdict'] {
  if (now === null) return 'unknown';
  if (now < before * (1 - CHANGED)) return 'better';
  return now > before * (1 + CHANGED) ? 'worse' : 'same';
}
