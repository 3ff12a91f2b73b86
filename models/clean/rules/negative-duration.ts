import type { CleaningRule, RunTimes } from './rule.ts';

export const negativeDuration: CleaningRule = {
  code: 'negative-duration',
  kind: 'repair',
  appliesTo: 'runs',
  title: { en: 'Negative duration', fr: 'Durée négative' },
  meaning: 'The duration is below zero: the clock was set back, or the run was cancelled before it started.',
  example: 'duration_s = -37',
  whatIsDone: 'The duration is dropped, and computed from start and end when possible.',
};

/** Drops a negative duration; whether there was one. */
export function dropNegativeDuration(times: RunTimes): boolean {
  if (times.durationMs === null || times.durationMs >= 0) return false;
  times.durationMs = null;
  return true;
}
