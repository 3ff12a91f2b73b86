import type { Course } from '../finding.ts';

/** Runs that a course is told from. */
export const COURSE_RUNS = 10;
const FLAPPING_CHANGES = 4;
const CHRONIC_SHARE = 0.8;
const CHRONIC_RUNS = 5;

/**
 * Whether what is wrong with the last run is new: flapping when it came and went at least four times within the last
 * ten runs, chronic when at least four fifths of them (of five or more) were wrong.
 *
 * @param wrong of runs in their order, the one in question last
 */
export function courseOf(wrong: readonly boolean[]): Course {
  const last = wrong.slice(-COURSE_RUNS);
  const changes = last.filter((value, i) => i > 0 && value !== last[i - 1]).length;
  if (changes >= FLAPPING_CHANGES) return 'flapping';
  const share = last.filter(Boolean).length / last.length;
  return last.length >= CHRONIC_RUNS && share >= CHRONIC_SHARE ? 'chronic' : 'new';
}
