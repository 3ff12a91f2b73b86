import type { CleaningRule, RunTimes } from './rule.ts';

export const knownBeforeStart: CleaningRule = {
  code: 'known-before-start',
  kind: 'repair',
  appliesTo: 'runs',
  title: { en: 'Known before it started', fr: 'Connue avant le début' },
  meaning: 'The run is said to have been known before it started.',
  example: 'started_at = 08:00, known_at = 07:00',
  whatIsDone: 'The arrival is dropped: the end of the run is taken, or its start.',
};

/** Drops an arrival before the start; whether there was one. */
export function dropKnownBeforeStart(times: RunTimes): boolean {
  if (times.knownAt === null || times.knownAt >= times.startedAt) return false;
  times.knownAt = null;
  return true;
}
