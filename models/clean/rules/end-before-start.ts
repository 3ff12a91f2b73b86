import type { CleaningRule, RunTimes } from './rule.ts';

export const endBeforeStart: CleaningRule = {
  code: 'end-before-start',
  kind: 'repair',
  appliesTo: 'runs',
  title: { en: 'End before start', fr: 'Fin avant le début' },
  meaning: 'The run ends before it starts.',
  example: 'started_at = 08:00, ended_at = 07:55',
  whatIsDone: 'The end is dropped, and computed from start and duration when possible.',
};

/** Drops an end before the start; whether there was one. */
export function dropEndBeforeStart(times: RunTimes): boolean {
  if (times.endedAt === null || times.endedAt >= times.startedAt) return false;
  times.endedAt = null;
  return true;
}
