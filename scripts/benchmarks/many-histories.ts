/** A year of runs of many jobs, as the features read them: invented in memory, the same for the same options. */
import { DAY_MS, WEEK_DAYS } from '../../models/features/feature.ts';
import { type Random, seededRandom } from '../../models/random.ts';
import type { JobHistory } from '../../models/records/job-history.ts';

export interface ManyOptions {
  seed: number;
  jobs: number;
  /** Of all jobs together; the busiest job, one in a thousand, has about a twentieth of them. */
  runs: number;
  /** Weekly cutoffs. */
  cutoffs: number;
}

export interface ManyHistories {
  histories: JobHistory[];
  /** Ascending, epoch milliseconds. */
  cutoffs: number[];
}

/** Monday 2025-01-06, 00:00 UTC. */
const START = Date.UTC(2025, 0, 6);
const WARM_UP_DAYS = 28;
const HOUR_MS = 3_600_000;

/** Runs a day, and how many of a thousand jobs keep that rhythm. */
const RHYTHMS: { perDay: number; jobs: number; onWorkdays?: true }[] = [
  { perDay: 1_440, jobs: 1 },
  { perDay: 288, jobs: 15 },
  { perDay: 96, jobs: 120 },
  { perDay: 24, jobs: 330 },
  { perDay: 1, jobs: 284 },
  { perDay: 1, jobs: 150, onWorkdays: true },
  { perDay: 1 / WEEK_DAYS, jobs: 100 },
];
const SHARED_ERRORS = [
  'ORA-00060: deadlock detected while waiting for resource',
  'connection refused by the listener',
  'expected 42 columns, found 41',
  'no space left on device',
];
const STATUS = { succeeded: 1, failed: 2, cancelled: 3 };
/** Of the runs, this share is told hours or days late, and this one is called off. */
const LATE_SHARE = 0.01;
const CANCELLED_SHARE = 0.003;

export function manyHistories({ seed, jobs, runs, cutoffs }: ManyOptions): ManyHistories {
  const days = WARM_UP_DAYS + cutoffs * WEEK_DAYS;
  const rhythms = Array.from({ length: jobs }, (_, job) => rhythmOf(Math.floor((job * 1000) / jobs)));
  const weights = rhythms.map(({ perDay, onWorkdays }) => (onWorkdays ? (perDay * 5) / WEEK_DAYS : perDay));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const counts = weights.map((weight) => Math.floor((runs * weight) / total));
  // What rounding took away is the busiest job's.
  counts[0]! += runs - counts.reduce((sum, count) => sum + count, 0);
  return {
    histories: rhythms.map(({ onWorkdays = false }, job) =>
      historyOf(seededRandom(seed * 1_000_003 + job), { job, runs: counts[job]!, days, onWorkdays }),
    ),
    cutoffs: Array.from({ length: cutoffs }, (_, c) => START + (WARM_UP_DAYS + c * WEEK_DAYS) * DAY_MS),
  };
}

/** @param place of the job among a thousand */
function rhythmOf(place: number) {
  const ends = RHYTHMS.map((_, r) => RHYTHMS.slice(0, r + 1).reduce((sum, { jobs }) => sum + jobs, 0));
  return RHYTHMS[ends.findIndex((end) => place < end)]!;
}

function historyOf(
  random: Random,
  { job, runs, days, onWorkdays }: { job: number; runs: number; days: number; onWorkdays: boolean },
): JobHistory {
  const column = () => new Float64Array(runs);
  const history = {
    jobId: job + 1,
    namespace: 'invented',
    job: `job-${String(job + 1).padStart(4, '0')}`,
    owner: `owner-${job % 12}`,
    host: `srv-${job % 40}`,
    criticality: 1 + (job % 4),
    startedAt: column(),
    knownAt: column(),
    durationMs: column(),
    status: new Uint8Array(runs),
    rowsWritten: column(),
    expectedRows: column(),
    error: new Array<string>(runs).fill(''),
  } satisfies JobHistory;
  // Every eighth job came later.
  const firstDay = job % 8 === 7 ? Math.floor(0.6 * days * random.uniform()) : 0;
  const activeDays = onWorkdays ? Math.floor(((days - firstDay) * 5) / WEEK_DAYS) : days - firstDay;
  const gapDays = activeDays / Math.max(1, runs);
  const usualMs = 0.2 * gapDays * DAY_MS * random.uniform();
  const goodHazard = 0.02 * random.uniform();
  const brokenHazard = 0.3 + 0.5 * random.uniform();
  const tellsRows = job % 2 === 0;
  let hazard = goodHazard;
  for (let i = 0; i < runs; i++) {
    const day = (i + 0.5 * random.uniform()) * gapDays;
    const startedAt = START + (firstDay + (onWorkdays ? dayOfWorkday(day) : day)) * DAY_MS;
    const durationMs = usualMs * (0.7 + 0.6 * random.uniform());
    const draw = random.uniform();
    const status =
      draw < hazard ? STATUS.failed : draw > 1 - CANCELLED_SHARE ? STATUS.cancelled : STATUS.succeeded;
    hazard = status === STATUS.failed ? brokenHazard : goodHazard;
    const lagMs = random.uniform() < LATE_SHARE ? HOUR_MS * 72 * random.uniform() : 60_000 * random.uniform();
    history.startedAt[i] = startedAt;
    history.durationMs[i] = durationMs;
    history.knownAt[i] = startedAt + durationMs + lagMs;
    history.status[i] = status;
    history.rowsWritten[i] = tellsRows ? Math.round(1_000 * (0.9 + 0.1 * random.uniform())) : Number.NaN;
    history.expectedRows[i] = tellsRows ? 1_000 : Number.NaN;
    if (status === STATUS.failed) history.error[i] = SHARED_ERRORS[random.below(SHARED_ERRORS.length)]!;
  }
  return history;
}

/** Days since a Monday of a point that is so many workdays after it. */
const dayOfWorkday = (workday: number): number => Math.floor(workday / 5) * WEEK_DAYS + (workday % 5);

/** What the histories take in memory, in bytes; errors are shared texts and count by their references. */
export function bytesOf(histories: readonly JobHistory[]): number {
  const REFERENCE = 8;
  return histories.reduce(
    (sum, { startedAt, knownAt, durationMs, status, rowsWritten, expectedRows, error }) => {
      const columns = [startedAt, knownAt, durationMs, status, rowsWritten, expectedRows];
      return columns.reduce((all, { byteLength }) => all + byteLength, sum) + REFERENCE * error.length;
    },
    0,
  );
}
