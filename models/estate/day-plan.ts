import type { CalendarDay } from './calendar.ts';
import { hazardParts } from './hazard.ts';
import type { ErrorFamily, EstateJob } from './job.ts';
import { plannedMinutes } from './schedule.ts';
import { diskAt, type Server, type ServerDay, SLOWNESS } from './server.ts';
import { expectedDurationMs, expectedVolume } from './volume.ts';

/** What a job carries from one day to the next. */
export interface JobState {
  /** Logarithm of the slowly wandering part of its volume. */
  level: number;
  lastFailed: boolean;
  lastFamily: ErrorFamily;
  /** Day of the last release that touched it. */
  releasedOn: number | null;
}

export interface PlannedRun {
  minute: number;
  /** Expected volume as a factor of the usual one. */
  volume: number;
  /** Hazards without carry-over and upstream, in the order of CAUSES. */
  parts: number[];
}

/** One job's day as settled before its first run. */
export interface JobDay {
  job: EstateJob;
  runs: PlannedRun[];
}

/** Releases go live at this minute of the day. */
const RELEASE_MINUTE = 600;
const MEMORY_BUCKET_MINUTES = 5;
const MEMORY_BUCKETS = 1440 / MEMORY_BUCKET_MINUTES;

/** Plans a day: which runs start when, how much they carry, and their hazards. Draws nothing. */
export function planDay(
  day: CalendarDay,
  jobs: readonly EstateJob[],
  states: readonly JobState[],
  servers: readonly Server[],
  serverDays: readonly ServerDay[],
  memoryScales: readonly number[],
): JobDay[] {
  const due = jobs.map((job, index) => {
    const exists = day.index >= job.firstDay && (job.lastDay === null || day.index <= job.lastDay);
    const volume = expectedVolume(job.traits, day) * Math.exp(states[index]!.level);
    const slowness = SLOWNESS[serverDays[job.host]!.phase];
    const expectedMs = expectedDurationMs(job.traits, day.index, volume, slowness);
    return { job, minutes: exists ? plannedMinutes(job.schedule, day) : [], volume, expectedMs };
  });
  const memory = servers.map(() => new Float64Array(MEMORY_BUCKETS));
  for (const { job, minutes, volume, expectedMs } of due) {
    const percent = job.traits.memoryPercent * memoryScales[job.host]! * volume ** 0.7;
    for (const minute of minutes) addMemory(memory[job.host]!, minute, expectedMs, percent);
  }
  return due.map(({ job, minutes, volume, expectedMs }) => {
    const serverDay = serverDays[job.host]!;
    const { releasedOn } = states[job.index]!;
    const runs = minutes.map((minute) => {
      const after = releasedOn === null ? null : day.index - releasedOn;
      const memoryPercent =
        servers[job.host]!.memoryBase + highestMemory(memory[job.host]!, minute, expectedMs);
      const parts = hazardParts(job.traits, {
        day,
        volume,
        phase: serverDay.phase,
        diskPercent: diskAt(serverDay, minute),
        memoryPercent,
        daysSinceRelease: after === 0 && minute < RELEASE_MINUTE ? null : after,
      });
      return { minute, volume, parts };
    });
    return { job, runs };
  });
}

const bucketOf = (minute: number) => Math.min(MEMORY_BUCKETS - 1, Math.floor(minute / MEMORY_BUCKET_MINUTES));

function addMemory(plan: Float64Array, minute: number, durationMs: number, percent: number): void {
  const last = bucketOf(minute + durationMs / 60_000);
  for (let bucket = bucketOf(minute); bucket <= last; bucket++) plan[bucket]! += percent;
}

function highestMemory(plan: Float64Array, minute: number, durationMs: number): number {
  const last = bucketOf(minute + durationMs / 60_000);
  let highest = 0;
  for (let bucket = bucketOf(minute); bucket <= last; bucket++) highest = Math.max(highest, plan[bucket]!);
  return highest;
}

/**
 * Per server, the factor on its jobs' memory that brings the peak of a plain weekday to its target percent.
 */
export function scaleMemory(
  jobs: readonly EstateJob[],
  servers: readonly Server[],
  targets: readonly number[],
): number[] {
  const memory = servers.map(() => new Float64Array(MEMORY_BUCKETS));
  for (const { schedule, traits, host } of jobs) {
    if (schedule.kind === 'weekly' || schedule.kind === 'month_end') continue;
    const first = schedule.kind === 'every' ? schedule.fromMinute : schedule.atMinute;
    const step = schedule.kind === 'every' ? schedule.everyMinutes : 1440;
    const until = schedule.kind === 'every' ? schedule.untilMinute : first + 1;
    for (let minute = first; minute < until; minute += step) {
      addMemory(memory[host]!, minute, traits.durationMs, traits.memoryPercent);
    }
  }
  return servers.map((server, index) => {
    const peak = memory[index]!.reduce((highest, value) => Math.max(highest, value), 0);
    return peak === 0 ? 1 : (targets[index]! - server.memoryBase) / peak;
  });
}

/** Position of the last planned run at or before a minute, −1 when there is none. */
export function lastBefore(runs: readonly { minute: number }[], minute: number): number {
  return runs.findLastIndex((run) => run.minute <= minute);
}
