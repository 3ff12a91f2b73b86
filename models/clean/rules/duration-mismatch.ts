import type { CleaningRule, RunTimes } from './rule.ts';

export const durationMismatch: CleaningRule = {
  code: 'duration-mismatch',
  kind: 'doubt',
  appliesTo: 'runs',
  title: { en: 'Duration is not end minus start', fr: 'Durée différente de fin moins début' },
  meaning:
    'Start, end and duration are told and disagree by more than a minute and 5 %: often a clock change.',
  example: 'started_at = 08:00, ended_at = 09:10, duration_s = 600',
  whatIsDone: 'All three are kept as told.',
};

const MINUTE_MS = 60_000;

/** Logs with minutes only are up to a minute off without being wrong. */
export function isDurationMismatch({ startedAt, endedAt, durationMs }: RunTimes): boolean {
  if (endedAt === null || durationMs === null) return false;
  return Math.abs(endedAt - startedAt - durationMs) > Math.max(MINUTE_MS, 0.05 * durationMs);
}
