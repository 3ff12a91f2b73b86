import type { CleaningRule } from './rule.ts';

export const unreadableDuration: CleaningRule = {
  code: 'unreadable-duration',
  kind: 'repair',
  appliesTo: 'runs',
  title: { en: 'Duration unreadable', fr: 'Durée illisible' },
  meaning: 'The duration is told but is neither a number nor hh:mm:ss, or is longer than 10 years.',
  example: 'duration_s = soon',
  whatIsDone: 'The duration is dropped, and computed from start and end when possible.',
};

const TEN_YEARS_MS = 10 * 366 * 86_400_000;

/** Whether a duration in milliseconds, NaN when unreadable, can be one. */
export function isReadableDuration(durationMs: number): boolean {
  return Math.abs(durationMs) <= TEN_YEARS_MS;
}
