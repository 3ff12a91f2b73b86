import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import type { JobHistory } from '../../records/job-history.ts';
import { learnSchedule } from './learn-schedule.ts';
import type { DeclaredSchedule, LearnedSchedule } from './schedule.ts';

/** A job whose schedule is to be learned. */
export interface LearningJob {
  history: Pick<JobHistory, 'startedAt' | 'knownAt' | 'durationMs' | 'status' | 'host'>;
  tellsStarts: boolean;
  declared: DeclaredSchedule | null;
}

/** So many jobs of a host must have shown which clock they follow. */
const LEAST_PEERS = 3;

/**
 * The schedules of the jobs of an estate, in their order; see `learnSchedule`. A young job that has not lived through a
 * change of the clock yet follows the clock that its host's other jobs follow, or those of all hosts.
 */
export function learnSchedules(
  jobs: readonly LearningJob[],
  asOfMs: number,
  { timeZone, calendar }: { timeZone: string; calendar: HolidayCalendar },
): (LearnedSchedule | null)[] {
  const learn = ({ history, tellsStarts, declared }: LearningJob, zone: string) =>
    learnSchedule(history, asOfMs, { timeZone: zone, calendar, tellsStarts, declared });
  const schedules = jobs.map((job) => learn(job, timeZone));
  const zones = new Map<string | null, Map<string, number>>();
  for (const [i, schedule] of schedules.entries()) {
    const zone = schedule?.isZoneProven ? zoneOf(schedule) : null;
    if (zone === null) continue;
    for (const place of [null, jobs[i]!.history.host]) {
      const counts = zones.get(place) ?? new Map<string, number>();
      counts.set(zone, (counts.get(zone) ?? 0) + 1);
      zones.set(place, counts);
      if (jobs[i]!.history.host === null) break;
    }
  }
  return schedules.map((schedule, i) => {
    if (schedule === null || schedule.isZoneProven) return schedule;
    const zone = usualZone(zones.get(jobs[i]!.history.host)) ?? usualZone(zones.get(null));
    return zone === null || zone === zoneOf(schedule) ? schedule : learn(jobs[i]!, zone);
  });
}

function zoneOf({ rhythm }: LearnedSchedule): string | null {
  if (rhythm.kind === 'times') return rhythm.timeZone;
  if (rhythm.kind !== 'windows') return null;
  // Whoever runs all day long follows no clock in particular.
  const allDay = rhythm.windows.some(({ fromMinute, untilMinute }) => untilMinute - fromMinute > 1380);
  return allDay ? null : rhythm.timeZone;
}

/** The zone that two of three follow. */
function usualZone(counts: ReadonlyMap<string, number> | undefined): string | null {
  if (counts === undefined) return null;
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [zone, most] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best));
  return all >= LEAST_PEERS && most * 3 >= all * 2 ? zone : null;
}
