/**
 * An estate in which what makes jobs fail changes: not how often, and not how the jobs look, but which of the things that
 * can be seen of them goes before a failure. Its true chances are known exactly.
 */
import { DAY_MS, WEEK_DAYS } from '../../models/features/feature.ts';
import { type Random, seededRandom } from '../../models/random.ts';

/**
 * What comes over a job for some days, and shows: it runs slowly, writes fewer rows than were expected, starts late.
 * Each comes and goes by the same chances the whole time. One of them at a time makes runs fail; after the last the
 * first does again.
 */
export const CONDITIONS = ['slow', 'short', 'late'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Chances a day. A condition lasts two weeks on average, a sixth of the jobs is in it. */
const BEGINS = 0.014;
const ENDS = 0.07;
/** Of a run to fail while its job is in the condition that counts. */
const FAILS = 0.2;
const RUNS_A_DAY = 2;
const HOSTS = 6;
const OWNERS = 5;

/** Monday 2025-01-06, 00:00 UTC. */
export const WORLD_START = Date.UTC(2025, 0, 6);
export const WEEK_MS = WEEK_DAYS * DAY_MS;
const MINUTE_MS = 60_000;

export interface ShiftingOptions {
  jobs: number;
  weeks: number;
  seed: number;
  /** Weeks, counted from 0, with whose Monday another condition makes runs fail. */
  shifts: readonly number[];
}

export interface WorldRun {
  job: string;
  owner: string;
  host: string;
  runId: string;
  startedAt: number;
  durationMs: number;
  knownAt: number;
  failed: boolean;
  rowsWritten: number;
  expectedRows: number;
}

export interface ShiftingWorld {
  options: ShiftingOptions;
  jobs: readonly string[];
  /** Which condition makes runs fail in a week. */
  causeOf(week: number): Condition;
  /** The runs of a week by their start. All of them are known before it ends. */
  runsOf(week: number): readonly WorldRun[];
  /**
   * The true chance of each job, in the order of `jobs`, of at least one failed run in a week, given how the job was when
   * the week began.
   *
   * @param cause as if this made runs fail; left out: what does
   */
  chancesOf(week: number, cause?: Condition): Float64Array;
}

interface WorldJob {
  name: string;
  owner: string;
  host: string;
  /** Chance of a run to fail without any condition. */
  base: number;
  /** Minute of the day of its first run. */
  minute: number;
  seconds: number;
  rows: number;
  /** By condition and day: 1 while it lasts. A day more than there is, for the morning before the first. */
  states: Record<Condition, Uint8Array>;
  random: Random;
}

/** The same options make the same world. */
export function shiftingWorld(options: ShiftingOptions): ShiftingWorld {
  const jobs = Array.from({ length: options.jobs }, (_, index) => drawJob(index, options));
  const causeOf = (week: number): Condition =>
    CONDITIONS[options.shifts.filter((shift) => shift <= week).length % CONDITIONS.length]!;
  const weeks: WorldRun[][] = [];
  for (let week = 0; week < options.weeks; week++) {
    const cause = causeOf(week);
    const runs = jobs.flatMap((job) => weekOf(job, week, cause));
    weeks.push(runs.sort((a, b) => a.startedAt - b.startedAt));
  }
  return {
    options,
    jobs: jobs.map(({ name }) => name),
    causeOf,
    runsOf: (week) => weeks[week]!,
    chancesOf: (week, cause = causeOf(week)) => Float64Array.from(jobs, (job) => chanceOf(job, week, cause)),
  };
}

function drawJob(index: number, { seed, weeks }: ShiftingOptions): WorldJob {
  const random = seededRandom(1_000 * seed + index);
  const name = `job-${String(index + 1).padStart(3, '0')}`;
  const states = Object.fromEntries(
    CONDITIONS.map((condition) => {
      const days = new Uint8Array(weeks * WEEK_DAYS + 1);
      days[0] = Number(random.uniform() < BEGINS / (BEGINS + ENDS));
      for (let day = 1; day < days.length; day++) {
        days[day] = Number(days[day - 1] === 1 ? random.uniform() >= ENDS : random.uniform() < BEGINS);
      }
      return [condition, days];
    }),
  ) as Record<Condition, Uint8Array>;
  return {
    name,
    owner: `owner-${index % OWNERS}`,
    host: `srv-${index % HOSTS}`,
    base: 0.01 * random.uniform() ** 2,
    minute: 60 + random.below(480),
    seconds: 60 * 10 ** random.uniform(),
    rows: 1_000 + random.below(50_000),
    states,
    random,
  };
}

function weekOf(job: WorldJob, week: number, cause: Condition): WorldRun[] {
  const { random, states } = job;
  const runs: WorldRun[] = [];
  for (let day = week * WEEK_DAYS; day < (week + 1) * WEEK_DAYS; day++) {
    const is = (condition: Condition) => states[condition][day + 1] === 1;
    for (let run = 0; run < RUNS_A_DAY; run++) {
      const late = (is('late') ? 40 : 0) + 4 * Math.abs(random.normal());
      const minute = job.minute + (run * 720) / RUNS_A_DAY + late;
      const startedAt = WORLD_START + day * DAY_MS + Math.round(minute * 60) * 1_000;
      const seconds = job.seconds * (is('slow') ? 1.8 : 1) * Math.exp(0.12 * random.normal());
      const share = (is('short') ? 0.82 : 0.99) + 0.02 * random.normal();
      const failed = random.uniform() < (is(cause) ? FAILS : job.base);
      const durationMs = Math.max(1, Math.round(seconds)) * 1_000;
      runs.push({
        ...{ job: job.name, owner: job.owner, host: job.host, runId: `${job.name}-${day}-${run}` },
        ...{ startedAt, durationMs, failed, knownAt: startedAt + durationMs + MINUTE_MS },
        ...{ rowsWritten: Math.max(0, Math.round(job.rows * share)), expectedRows: job.rows },
      });
    }
  }
  return runs;
}

/** Over all ways in which the condition may come and go in the week: one less the chance that no run fails. */
function chanceOf({ base, states }: WorldJob, week: number, cause: Condition): number {
  const was = states[cause][week * WEEK_DAYS] === 1;
  let without = was ? 0 : 1;
  let within = was ? 1 : 0;
  for (let day = 0; day < WEEK_DAYS; day++) {
    const [stays, comes] = [within * (1 - ENDS), without * BEGINS];
    const [goes, none] = [within * ENDS, without * (1 - BEGINS)];
    within = (stays + comes) * (1 - FAILS) ** RUNS_A_DAY;
    without = (goes + none) * (1 - base) ** RUNS_A_DAY;
  }
  return 1 - within - without;
}

export const WORLD_HEADER =
  'job_id,owner,run_id,started_at,duration_s,status,known_at,host,rows_written,expected_rows,error\n';

/** As a scheduler writes its log. */
export const worldLines = (runs: readonly WorldRun[]): string =>
  runs
    .map(
      ({ job, owner, runId, startedAt, durationMs, failed, knownAt, host, rowsWritten, expectedRows }) =>
        `${job},${owner},${runId},${new Date(startedAt).toISOString()},${durationMs / 1_000},` +
        `${failed ? 'failed' : 'success'},${new Date(knownAt).toISOString()},${host},${rowsWritten},${expectedRows},` +
        `${failed ? 'Connection refused' : ''}\n`,
    )
    .join('');
