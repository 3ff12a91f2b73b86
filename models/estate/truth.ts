import type { CalendarDay } from './calendar.ts';
import { type JobDay, type JobState, lastBefore } from './day-plan.ts';
import { anyOf, CARRY_OVER, CAUSES, type Cause, intensity, UPSTREAM } from './hazard.ts';

/** The true hazard of one (job, day). */
export interface TruthRow {
  job: string;
  /** `YYYY-MM-DD`, UTC. */
  day: string;
  hazard: number;
  plannedRuns: number;
  cause: Cause | null;
}

/** The truth of every job for a planned day; `plan` has a job after the one it waits for. */
export function truthOf(plan: readonly JobDay[], states: readonly JobState[], day: CalendarDay): TruthRow[] {
  const badEnds: number[][] = [];
  return plan.map((jobDay) => {
    const { job, runs } = jobDay;
    const upstreamBad = (minute: number) => {
      if (job.upstream === null) return 0;
      const position = lastBefore(plan[job.upstream]!.runs, minute);
      return position < 0 ? 0 : badEnds[job.upstream]![position]!;
    };
    const found = jobDayHazard(jobDay, states[job.index]!.lastFailed, upstreamBad);
    badEnds.push(found.badEnd);
    return {
      job: job.name,
      day: day.date,
      hazard: found.hazard,
      plannedRuns: runs.length,
      cause: found.cause,
    };
  });
}

/** The true hazard of one job's day. */
export interface JobDayHazard {
  /** Probability that at least one planned run fails, given the state at the start of the day. */
  hazard: number;
  /** The cause with the largest share; null when nothing is planned. */
  cause: Cause | null;
  /** Per planned run, the probability that it ends without success, retry included. */
  badEnd: number[];
}

/** When a job's upstream is down its run is called off instead of failing with this probability. */
export const CALLED_OFF = 0.5;

/**
 * Works out the hazard exactly. Until the first failure of the day no run carries one over (but the first may,
 * from the day before), so "no failure" is a plain product. A run that waits for another mixes over how that
 * one ends; `upstreamBad(minute)` is that probability, 0 when the upstream does not run before.
 */
export function jobDayHazard(
  { job, runs }: JobDay,
  lastFailed: boolean,
  upstreamBad: (minute: number) => number,
): JobDayHazard {
  const { traits } = job;
  const blame = CAUSES.map(() => 0);
  const badEnd: number[] = [];
  let noFailure = 1;
  let carried = lastFailed ? 1 : 0;
  for (const [position, run] of runs.entries()) {
    const clean = anyOf(run.parts);
    const dirty = 1 - (1 - clean) * (1 - traits.carryOver);
    const waits = upstreamBad(run.minute);
    const withUpstream = (hazard: number) => 1 - (1 - hazard) * (1 - traits.upstreamHazard);
    const mixed = (hazard: number) => (1 - waits) * hazard + waits * withUpstream(hazard);

    noFailure *= 1 - mixed(position === 0 && lastFailed ? dirty : clean);
    for (const [cause, part] of run.parts.entries()) blame[cause]! += intensity(part);
    blame[UPSTREAM]! += intensity(waits * traits.upstreamHazard);
    if (position === 0 && lastFailed) blame[CARRY_OVER]! += intensity(traits.carryOver);

    const average = (ends: (hazard: number) => number) => carried * ends(dirty) + (1 - carried) * ends(clean);
    const failed = average(mixed);
    const calledOff = average(
      (hazard) =>
        (1 - waits) * (1 - hazard) * traits.cancelHazard + waits * (1 - withUpstream(hazard)) * CALLED_OFF,
    );
    carried = failed * (traits.retries ? traits.retryHazard : 1);
    badEnd.push(carried + calledOff);
  }
  const largest = blame.indexOf(Math.max(...blame));
  return { hazard: 1 - noFailure, cause: runs.length === 0 ? null : CAUSES[largest]!, badEnd };
}
