import type { Random } from '../random.ts';
import type { MetricSample } from '../records/run.ts';
import type { AnomalyTruth } from './anomalies/anomaly-truth.ts';
import type { EstateFile } from './anomalies/file-feed.ts';
import { AnomalyInjector } from './anomalies/inject-anomalies.ts';
import { type CalendarDay, createCalendar } from './calendar.ts';
import { OWNERS } from './catalogue.ts';
import { type JobDay, type JobState, planDay, scaleMemory } from './day-plan.ts';
import { between, chance, streamFor } from './draws.ts';
import { executeJobDay, type RunEnd } from './execute-day.ts';
import { drawJobs, type EstateJob } from './job.ts';
import { LocalClock } from './local-clock.ts';
import { DAY_MS, type EstateOptions, estateOptions, type GivenEstateOptions } from './options.ts';
import type { RunRow } from './run-row.ts';
import { type LoadSpan, serverSamples } from './samples.ts';
import {
  drawServers,
  endServerDay,
  type Phase,
  type Server,
  type ServerDay,
  type ServerState,
  startServerDay,
} from './server.ts';
import { type TruthRow, truthOf } from './truth.ts';

/** Everything of one simulated day: runs that started on it, samples, and the truth of every job. */
export interface EstateDay {
  day: CalendarDay;
  runs: RunRow[];
  samples: MetricSample[];
  truth: TruthRow[];
  /** How every server was, in their order. */
  phases: Phase[];
  /** What went wrong on purpose; `wholeTruth` tells what went wrong by itself as well. */
  anomalies: AnomalyTruth[];
  /** What partners sent; only where anomalies are asked for, for only they concern files. */
  files: EstateFile[];
}

/** A simulated world between two days. `advanceDay` moves it. */
export interface Estate {
  readonly options: EstateOptions;
  readonly jobs: readonly EstateJob[];
  readonly servers: readonly Server[];
  /** Index of the next day to simulate. */
  nextDay: number;
  /** Epoch milliseconds of its first instant. */
  nextDayMs: number;
  readonly hidden: {
    calendar: (index: number) => CalendarDay;
    memoryScales: number[];
    jobStates: JobState[];
    jobStreams: Random[];
    serverStates: ServerState[];
    serverStreams: Random[];
    /** Runs of yesterday that are still under way at midnight. */
    spans: LoadSpan[];
    /** null: the wall clock is UTC. */
    clock: LocalClock | null;
    injector: AnomalyInjector | null;
  };
}

/** A new world, before its first day. @throws RangeError for options out of bounds. */
export function createEstate(given: GivenEstateOptions = {}): Estate {
  const options = estateOptions(given);
  const { clock: timeZone, anomalies } = options;
  const startMs = Date.parse(options.startDate);
  const jobs = drawJobs(options);
  const { servers, states: serverStates } = drawServers(options.hosts, options.seed);
  const memoryTargets = servers.map((server) =>
    between(streamFor(options.seed, `memory/${server.name}`), 60, 80),
  );
  const frequent = new Set(jobs.filter(({ schedule }) => schedule.kind === 'every').map(({ name }) => name));
  const clock = timeZone === undefined ? null : new LocalClock(timeZone, frequent);
  const hostNames = servers.map(({ name }) => name);
  return {
    options,
    jobs,
    servers,
    nextDay: 0,
    nextDayMs: clock === null ? startMs : clock.instantOf(startMs),
    hidden: {
      calendar: createCalendar(startMs),
      memoryScales: scaleMemory(jobs, servers, memoryTargets),
      jobStates: jobs.map((job) => ({
        level: 0,
        lastFailed: false,
        lastFamily: job.traits.family,
        releasedOn: null,
      })),
      jobStreams: jobs.map((job) => streamFor(options.seed, `days/${job.name}`)),
      serverStates,
      serverStreams: servers.map((server) => streamFor(options.seed, `days/${server.name}`)),
      spans: [],
      clock,
      injector:
        anomalies === undefined ? null : new AnomalyInjector(anomalies, options.seed, jobs, hostNames),
    },
  };
}

/**
 * Simulates the next day and leaves the world at its end.
 *
 * The truth is worked out before the first run of the day is drawn, from the planned schedule and the state
 * at that moment: volumes, drifts, releases, disks and phases of the servers, and how each job's last run
 * ended. Nothing a run draws can change it.
 */
export function advanceDay(estate: Estate, { sampled = true }: { sampled?: boolean } = {}): EstateDay {
  const { jobs, servers, hidden } = estate;
  const day = hidden.calendar(estate.nextDay);
  const serverDays = servers.map((server, index) =>
    startServerDay(server, hidden.serverStates[index]!, day, hidden.serverStreams[index]!),
  );
  for (const job of jobs) startJobDay(job, hidden.jobStates[job.index]!, day, hidden.jobStreams[job.index]!);
  const plan = planDay(day, jobs, hidden.jobStates, servers, serverDays, hidden.memoryScales);
  const truth = truthOf(plan, hidden.jobStates, day);

  const runs: RunRow[] = [];
  const ends: RunEnd[][] = [];
  for (const jobDay of plan) {
    const { job } = jobDay;
    const waitsFor = job.upstream === null ? [] : ends[job.upstream]!;
    const server = { name: servers[job.host]!.name, day: serverDays[job.host]! };
    const state = hidden.jobStates[job.index]!;
    ends.push(executeJobDay(hidden.jobStreams[job.index]!, state, jobDay, day, server, waitsFor, runs));
  }
  const samples = endDay(estate, { plan, day, serverDays, runs }, sampled);
  const { clock, injector } = hidden;
  estate.nextDay++;
  estate.nextDayMs = clock === null ? estate.nextDayMs + DAY_MS : clock.instantOf(day.startMs + DAY_MS);
  const phases = serverDays.map(({ phase }) => phase);
  const drawn: EstateDay = { day, runs, samples, truth, phases, anomalies: [], files: [] };
  const timed = clock === null ? drawn : clock.moved(drawn);
  return injector === null ? timed : injector.inject(timed, clock?.instantOf(day.startMs) ?? day.startMs);
}

const OWNER_NAMES = [...new Set(Object.values(OWNERS))];
const TUESDAY = 2;

/** Releases: each owner every second Tuesday, none over Christmas; each touches some of the owner's jobs. */
function startJobDay(job: EstateJob, state: JobState, day: CalendarDay, random: Random): void {
  state.level = 0.9 * state.level + 0.045 * random.normal();
  const owner = OWNER_NAMES.indexOf(job.owner);
  const frozen = day.dayOfYear >= 348 || day.dayOfYear < 4;
  const releases =
    day.weekday === TUESDAY && (day.weekNumber + owner) % 2 === 0 && !frozen && day.isBusinessDay;
  if (releases && chance(random, 0.35)) state.releasedOn = day.index;
}

/** Closes the day of every server: the disk grows by what the runs really wrote. Returns its samples. */
function endDay(
  estate: Estate,
  {
    plan,
    day,
    serverDays,
    runs,
  }: {
    plan: readonly JobDay[];
    day: CalendarDay;
    serverDays: readonly ServerDay[];
    runs: readonly RunRow[];
  },
  sampled: boolean,
): MetricSample[] {
  const { jobs, servers, hidden } = estate;
  const jobOf = new Map(jobs.map((job) => [job.name, job]));
  const written = servers.map(() => 0);
  const expected = servers.map(() => 0);
  for (const { job, runs: planned } of plan) {
    for (const run of planned) expected[job.host]! += job.traits.rowsPerRun * run.volume;
  }
  const spans = hidden.spans;
  for (const run of runs) {
    const { host, traits } = jobOf.get(run.job)!;
    written[host]! += run.rowsWritten!;
    const volume = run.rowsRead! / traits.rowsPerRun;
    const memoryPercent = traits.memoryPercent * hidden.memoryScales[host]! * volume ** 0.7;
    const cpuPercent = traits.cpuPercent * Math.sqrt(volume);
    spans.push({ host, startedAt: run.startedAt, endedAt: run.endedAt!, cpuPercent, memoryPercent });
  }
  const samples = servers.flatMap((server, index) => {
    hidden.serverStates[index] = endServerDay(
      serverDays[index]!,
      expected[index] === 0 ? 1 : written[index]! / expected[index]!,
    );
    if (!sampled) return [];
    const own = spans.filter((span) => span.host === index);
    return serverSamples(hidden.serverStreams[index]!, server, serverDays[index]!, day, own);
  });
  hidden.spans = spans.filter((span) => span.endedAt > day.startMs + DAY_MS);
  return samples;
}

/**
 * The same world with another future: everything that has happened stays, everything that is still to be drawn is
 * drawn anew.
 */
export function forkEstate(estate: Estate, future: number): Estate {
  const { options, jobs, servers, hidden } = estate;
  return {
    ...estate,
    hidden: {
      ...hidden,
      jobStates: hidden.jobStates.map((state) => ({ ...state })),
      jobStreams: jobs.map((job) =>
        streamFor(options.seed, `future ${future} from ${estate.nextDay}/${job.name}`),
      ),
      serverStates: hidden.serverStates.map((state) => ({ ...state })),
      serverStreams: servers.map((server) =>
        streamFor(options.seed, `future ${future} from ${estate.nextDay}/${server.name}`),
      ),
      spans: [],
      // What might happen by itself; what is done on purpose is no future of its own.
      injector: null,
    },
  };
}
