import type { CleaningRule, RunTimes } from './rule.ts';

export const knownBeforeEnd: CleaningRule = {
  code: 'known-before-end',
  kind: 'repair',
  appliesTo: 'runs',
  title: { en: 'Known before it ended', fr: 'Connue avant la fin' },
  meaning:
    'The final state is said to have been known before the run ended; a forecast made in between would have seen the future.',
  example: 'ended_at = 09:00, known_at = 08:30, status = failed',
  whatIsDone: 'The arrival is moved to the end of the run.',
};

/** Moves the arrival of a final state to the end of its run; whether it was earlier. */
export function raiseKnownBeforeEnd(times: RunTimes): boolean {
  const { running, endedAt, knownAt } = times;
  if (running || endedAt === null || knownAt === null || knownAt >= endedAt) return false;
  times.knownAt = endedAt;
  return true;
}
