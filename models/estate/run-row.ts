import type { Random } from '../random.ts';
import type { RunStatus } from '../records/run.ts';
import type { CalendarDay } from './calendar.ts';
import { between, chance, exponential, noiseFactor } from './draws.ts';
import { errorText } from './error-text.ts';
import type { ErrorFamily, EstateJob } from './job.ts';
import { queryText } from './query-text.ts';
import { type Phase, SLOWNESS } from './server.ts';
import { expectedDurationMs, intradayVolume } from './volume.ts';

/** One simulated execution. Instants are epoch milliseconds on whole seconds. */
export interface RunRow {
  job: string;
  owner: string;
  runId: string;
  startedAt: number;
  /** End, duration and rows are null while the status is `running`. */
  endedAt: number | null;
  durationMs: number | null;
  status: RunStatus;
  /** When the line reaches the log. */
  knownAt: number;
  host: string;
  rowsRead: number | null;
  rowsWritten: number | null;
  expectedRows: number | null;
  /** '' unless failed. */
  error: string;
  query: string;
  attempt: number;
  /** What this job's scheduler calls the status. */
  statusWord: string;
}

export interface Execution {
  job: EstateJob;
  hostName: string;
  day: CalendarDay;
  minute: number;
  volume: number;
  phase: Phase;
  startedAt: number;
  attempt: number;
  outcome: RunOutcome;
}

export type RunOutcome =
  | { status: 'succeeded' }
  | { status: 'cancelled' }
  | { status: 'failed'; family: ErrorFamily };

/** How much of its usual time a run spends before it fails, least and most. */
const TIME_TO_FAIL: Record<ErrorFamily, [number, number]> = {
  oracle: [0.02, 0.9],
  connection: [0.05, 1],
  deadlock: [0.2, 1.2],
  timeout: [1, 1],
  truncated: [0.05, 0.4],
  missing_input: [0.01, 0.05],
  schema: [0.01, 0.2],
  disk: [0.5, 1.1],
  memory: [0.4, 1.1],
};

const SECOND_MS = 1000;
const wholeSeconds = (milliseconds: number) => Math.max(1, Math.round(milliseconds / SECOND_MS)) * SECOND_MS;

/** Fills in everything a run leaves in the log once it is decided how it ends. */
export function writeRun(random: Random, execution: Execution): RunRow {
  const { job, day, outcome, attempt, startedAt } = execution;
  const { traits } = job;
  const intraday = job.schedule.kind === 'every' ? intradayVolume(execution.minute) : 1;
  const volume = execution.volume * intraday * noiseFactor(random, 0.1);
  const usualMs =
    expectedDurationMs(traits, day.index, volume, SLOWNESS[execution.phase]) * noiseFactor(random, 0.13);
  const complete = Math.max(1, Math.round(traits.rowsPerRun * volume));
  const done = shareDone(random, outcome);
  const durationMs = wholeSeconds(
    outcome.status === 'failed' && outcome.family === 'timeout'
      ? traits.limitMs
      : Math.min(traits.limitMs * 0.98, usualMs * done.time),
  );
  const endedAt = startedAt + durationMs;
  // The shipper needs seconds, now and then half an hour.
  const lagMs = chance(random, 0.005) ? between(random, 120, 1800) * SECOND_MS : exponential(random, 12_000);
  const costly = job.logsQueries && (usualMs > 1.3 * traits.durationMs || chance(random, 0.03));
  return {
    job: job.name,
    owner: job.owner,
    runId: `${job.name}.${day.date.replaceAll('-', '')}T${clock(execution.minute)}.${attempt}`,
    startedAt,
    endedAt,
    durationMs,
    status: outcome.status,
    knownAt: endedAt + wholeSeconds(lagMs),
    host: execution.hostName,
    rowsRead: Math.round(complete * done.read),
    rowsWritten: Math.round(complete * done.written),
    expectedRows: job.logsExpectedRows ? Math.round(traits.rowsPerRun * execution.volume * intraday) : null,
    error: outcome.status === 'failed' ? errorText(random, outcome.family, job, day.date) : '',
    query: costly ? queryText(random, job, day.date) : '',
    attempt,
    statusWord: job.statusWords[outcome.status === 'succeeded' ? 0 : outcome.status === 'failed' ? 1 : 2],
  };
}

/** Shares of the usual time, of the rows read and of the rows written. */
function shareDone(random: Random, outcome: RunOutcome) {
  if (outcome.status === 'succeeded') return { time: 1, read: 1, written: 1 - 0.02 * random.uniform() };
  if (outcome.status === 'cancelled') return { time: between(random, 0.01, 0.6), read: 0, written: 0 };
  const time = between(random, ...TIME_TO_FAIL[outcome.family]);
  const read = Math.min(1, time * between(random, 0.6, 1));
  // Most loads are one transaction; some leave half of it behind.
  return { time, read, written: chance(random, 0.25) ? read * random.uniform() : 0 };
}

const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}${String(minute % 60).padStart(2, '0')}`;

/** The same run as seen while it is under way. */
export function asRunning(run: RunRow): RunRow {
  return {
    ...run,
    endedAt: null,
    durationMs: null,
    status: 'running',
    statusWord: 'running',
    knownAt: run.startedAt,
    rowsRead: null,
    rowsWritten: null,
    error: '',
    query: '',
  };
}
