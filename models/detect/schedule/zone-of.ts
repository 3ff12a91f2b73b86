import type { Schedule } from './schedule.ts';

/** The zone whose clock a job goes by: that of its schedule, where it keeps one by a clock, else the one given. */
export const zoneOf = (schedule: Pick<Schedule, 'rhythm'> | null, given: string): string =>
  schedule === null || schedule.rhythm.kind === 'elapsed' ? given : schedule.rhythm.timeZone;
