import type { Random } from '../random.ts';
import type { CalendarDay } from './calendar.ts';
import { type JobDay, type JobState, lastBefore, type PlannedRun } from './day-plan.ts';
import { between, chance, choice, weightedIndex } from './draws.ts';
import { anyOf, CARRY_OVER, CAUSES, type Cause, intensity, UPSTREAM } from './hazard.ts';
import type { ErrorFamily, EstateJob } from './job.ts';
import { DAY_MS } from './options.ts';
import { type RunOutcome, type RunRow, writeRun } from './run-row.ts';
import type { ServerDay } from './server.ts';
import { CALLED_OFF } from './truth.ts';

/** How one planned run ended, retry included. */
export interface RunEnd {
  minute: number;
  endedAt: number;
  succeeded: boolean;
}

const MINUTE_MS = 60_000;

/**
 * Draws the day of one job: appends its rows to `out`, moves its state, and tells how each planned run ended.
 * `waitsFor` are the ends of its upstream's runs of the day.
 */
export function executeJobDay(
  random: Random,
  state: JobState,
  { job, runs }: JobDay,
  day: CalendarDay,
  server: { name: string; day: ServerDay },
  waitsFor: readonly RunEnd[],
  out: RunRow[],
): RunEnd[] {
  const dayEnd = day.startMs + DAY_MS;
  const seconds = (low: number, high: number) => 1000 * Math.floor(between(random, low, high));
  return runs.map((planned) => {
    const upstream = waitsFor[lastBefore(waitsFor, planned.minute)];
    const upstreamFailed = upstream?.succeeded === false;
    const write = (attempt: number, startedAt: number, outcome: RunOutcome) => {
      const row = writeRun(random, {
        job,
        hostName: server.name,
        day,
        minute: planned.minute,
        volume: planned.volume,
        phase: server.day.phase,
        startedAt: Math.min(startedAt, dayEnd - 1000),
        attempt,
        outcome,
      });
      out.push(row);
      return row;
    };
    const slot = day.startMs + planned.minute * MINUTE_MS + seconds(1, 40);
    const afterUpstream = upstream === undefined ? slot : upstream.endedAt + seconds(20, 180);
    let outcome = drawOutcome(random, job, planned, state, upstreamFailed);
    let row = write(1, Math.max(slot, afterUpstream), outcome);
    const retryAt = row.endedAt! + seconds(60, 300);
    // A retry after midnight would belong to another day's count; the operator looks at it in the morning.
    if (outcome.status === 'failed' && job.traits.retries && retryAt < dayEnd) {
      const { family } = outcome;
      outcome = chance(random, job.traits.retryHazard)
        ? { status: 'failed', family }
        : { status: 'succeeded' };
      row = write(2, retryAt, outcome);
    }
    state.lastFailed = outcome.status === 'failed';
    if (outcome.status === 'failed') state.lastFamily = outcome.family;
    return { minute: planned.minute, endedAt: row.endedAt!, succeeded: outcome.status === 'succeeded' };
  });
}

function drawOutcome(
  random: Random,
  job: EstateJob,
  planned: PlannedRun,
  state: JobState,
  upstreamFailed: boolean,
): RunOutcome {
  const parts = planned.parts.slice();
  if (state.lastFailed) parts[CARRY_OVER] = job.traits.carryOver;
  if (upstreamFailed) parts[UPSTREAM] = job.traits.upstreamHazard;
  if (chance(random, anyOf(parts))) {
    const cause = CAUSES[weightedIndex(random, parts.map(intensity))]!;
    return { status: 'failed', family: familyOf(random, cause, job, state) };
  }
  const calledOff = upstreamFailed ? CALLED_OFF : job.traits.cancelHazard;
  return chance(random, calledOff) ? { status: 'cancelled' } : { status: 'succeeded' };
}

function familyOf(random: Random, cause: Cause, job: EstateJob, state: JobState): ErrorFamily {
  switch (cause) {
    case 'base':
      return job.traits.family;
    case 'month_end':
      return choice(random, ['timeout', 'deadlock']);
    case 'volume':
      return 'timeout';
    case 'disk':
      return 'disk';
    case 'memory':
      return 'memory';
    case 'host':
      return choice(random, ['connection', 'timeout']);
    case 'release':
      return 'schema';
    case 'carry_over':
      return state.lastFamily;
    case 'upstream':
      return 'missing_input';
  }
}
