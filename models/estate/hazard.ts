import type { CalendarDay } from './calendar.ts';
import type { JobTraits } from './job.ts';
import { type Phase, SLOWNESS } from './server.ts';
import { expectedDurationMs, isMonthEnd } from './volume.ts';

/** Why runs fail. The order is that of every hazard vector. */
export const CAUSES = [
  'base',
  'month_end',
  'volume',
  'disk',
  'memory',
  'host',
  'release',
  'carry_over',
  'upstream',
] as const;
export type Cause = (typeof CAUSES)[number];

export const CARRY_OVER = CAUSES.indexOf('carry_over');
export const UPSTREAM = CAUSES.indexOf('upstream');

/** What a run's hazard depends on, all of it settled at the start of its day. */
export interface HazardContext {
  day: CalendarDay;
  /** Expected volume as a factor of the usual one. */
  volume: number;
  phase: Phase;
  diskPercent: number;
  /** Highest planned memory use of the server during the run. */
  memoryPercent: number;
  /** Days since the last release that touched the job, null when none did or the run is before it. */
  daysSinceRelease: number | null;
}

/** 0 far below the threshold, 1 far above, a half on it. */
function step(value: number, threshold: number, width: number): number {
  return 1 / (1 + Math.exp(-(value - threshold) / width));
}

/**
 * Competing hazards of one run, in the order of CAUSES. Carry-over and upstream are 0 here: they are added
 * when it is known how the run before, and the job waited for, ended.
 */
export function hazardParts(traits: JobTraits, context: HazardContext): number[] {
  const { day } = context;
  const aging = traits.agingFactor ** (day.index / 180);
  const change = traits.changeDay !== null && day.index >= traits.changeDay ? traits.changeFactor : 1;
  const base = traits.baseHazard * traits.weekdayHazard[day.weekday]! * aging * change;
  const expectedMs = expectedDurationMs(traits, day.index, context.volume, SLOWNESS[context.phase]);
  const released = context.daysSinceRelease;
  const byPhase = { healthy: 0, degrading: 0.05, trouble: 1 }[context.phase];
  return [
    Math.min(0.6, base),
    isMonthEnd(day) ? traits.monthEndHazard : 0,
    Math.min(0.6, traits.volumeHazard * step(expectedMs / traits.limitMs, 0.85, 0.09)),
    Math.min(0.9, traits.diskHazard * step(context.diskPercent, 96.5, 0.7)),
    Math.min(0.9, traits.memoryHazard * step(context.memoryPercent, 92, 2.5)),
    Math.min(0.6, traits.hostHazard * byPhase),
    released !== null && released < 3 ? Math.min(0.6, traits.releaseHazard * 0.5 ** released) : 0,
    0,
    0,
  ];
}

/** Probability that at least one of independent hazards strikes. */
export function anyOf(parts: readonly number[]): number {
  let survival = 1;
  for (const part of parts) survival *= 1 - part;
  return 1 - survival;
}

/** The integrated hazard −ln(1−p): the share of blame adds up over parts and runs. */
export const intensity = (probability: number) => -Math.log1p(-probability);
