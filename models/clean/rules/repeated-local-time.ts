import type { CleaningRule } from './rule.ts';

export const repeatedLocalTime: CleaningRule = {
  code: 'repeated-local-time',
  kind: 'doubt',
  appliesTo: 'all',
  title: { en: 'Hour that came twice', fr: 'Heure passée deux fois' },
  meaning: 'A time without a zone lies in the hour that the local clock showed twice when it was put back.',
  example: '26/10/2025 02:30 in Europe/Paris',
  whatIsDone:
    'The reading that agrees with end and duration is taken, else the one that follows from the rows before it, else the first of the two.',
};

/** What a row tells of its start and end; each with its second meaning, NaN when it has none. */
export interface RepeatedTimes {
  start: number;
  laterStart: number;
  end: number | null;
  laterEnd: number;
  durationMs: number | null;
}

/**
 * The likeliest start and end of a row of which at least one can be meant twice.
 *
 * @param preferred the start that the order of the rows speaks for
 */
export function settleRepeatedTimes(
  { start, laterStart, end, laterEnd, durationMs }: RepeatedTimes,
  preferred: number,
): { startedAt: number; endedAt: number | null } {
  if (end === null) return { startedAt: preferred, endedAt: null };
  const starts = [preferred, start, laterStart].filter((instant) => !Number.isNaN(instant));
  const ends = [end, laterEnd].filter((instant) => !Number.isNaN(instant));
  let best = { startedAt: preferred, endedAt: end };
  let bestDoubt = Number.POSITIVE_INFINITY;
  for (const startedAt of starts) {
    for (const endedAt of ends) {
      // Without a duration: an end before the start is the worst, and the earliest end is the likeliest.
      const tookMs = endedAt - startedAt;
      const unlikely = tookMs < 0 ? Number.MAX_SAFE_INTEGER : 0;
      const doubt = durationMs === null ? unlikely : Math.abs(tookMs - durationMs);
      if (doubt >= bestDoubt) continue;
      best = { startedAt, endedAt };
      bestDoubt = doubt;
    }
  }
  return best;
}
