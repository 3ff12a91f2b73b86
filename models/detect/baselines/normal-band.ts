import { calendarNamed } from '../../features/holiday-calendar.ts';
import { ZoneClock } from '../schedule/zone-clock.ts';
import type { JobBaselines, Usual } from './job-baselines.ts';
import { seasonAt } from './usual-at.ts';

/** What is usual and between which values a run is hardly ever found, in the unit of what it was learned of. */
export interface NormalBand {
  low: number;
  usual: number;
  high: number;
}

/** What is told of runs that has a band. */
export type BandOf = 'duration' | 'rows';

/**
 * What was learned last to be normal for runs that start at given instants: by hour, weekday, month end and holiday.
 *
 * It is for looking at, not for judging: runs that the newest edition was learned from have its band as well, and what
 * the last runs had in common does not move it.
 *
 * @returns one per instant; null where there is not enough data to say
 */
export function normalBands(
  baselines: JobBaselines | null,
  of: BandOf,
  startedAtMs: readonly number[],
): (NormalBand | null)[] {
  const usual: Usual | null = baselines?.editions[0]?.[of] ?? null;
  if (baselines === null || usual === null) return startedAtMs.map(() => null);
  const calendar = calendarNamed(baselines.calendar);
  const clock = ZoneClock.of(baselines.timeZone);
  return startedAtMs.map((at) => {
    const level = usual.level + seasonAt(usual, clock.toLocal(at), calendar);
    return {
      low: Math.exp(level - usual.below),
      usual: Math.exp(level),
      high: Math.exp(level + usual.above),
    };
  });
}
