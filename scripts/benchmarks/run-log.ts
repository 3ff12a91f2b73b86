/**
 * The run log that the loading benchmarks read: `;` between the fields, French dates, messages with commas. The same
 * options give the same bytes, in chunks of about a megabyte, however many rows there are.
 */
import { type Random, seededRandom } from '../../models/random.ts';

export interface RunLogOptions {
  seed: number;
  rows: number;
  /** Number of the first run; what is unique of a run comes from its number. Default 0. */
  firstRun?: number;
  /** Start of the first run, epoch milliseconds. Default 2025-01-01 UTC. */
  startMs?: number;
  /** From the start of one run to the next; starts are written in whole seconds. Default 15 s. */
  spacingMs?: number;
}

interface LoggedRun {
  number: number;
  startMs: number;
  endMs: number;
  succeeded: boolean;
  rowsRead: number;
  rowsWritten: number;
  hasMessage: boolean;
}

export const RUN_LOG_HEADER = 'job_name;owner;host;run_id;start;end;status;rows_read;rows_written;message\n';
/** Columns of the clean rows, in the order of the table that the peers fill. */
export const CLEAN_COLUMNS =
  'job, owner, host, run_id, started_at, ended_at, status, rows_read, rows_written, message';

const MESSAGE = 'ORA-01555: snapshot too old, rollback';
const FIRST_START_MS = Date.UTC(2025, 0, 1);
const SPACING_MS = 15_000;
const CHUNK_ROWS = 10_000;
const DAY_MS = 86_400_000;

/** The log as it is collected. */
export const runLog = (options: RunLogOptions): Generator<Buffer> =>
  chunksOf(options, RUN_LOG_HEADER, () => {
    const instant = frenchInstants();
    return (run) =>
      `JOB_${padded(run.number % 150, 3)};team${run.number % 7};srv-${run.number % 5};${run.number};${instant(
        run.startMs,
      )};${instant(run.endMs)};${run.succeeded ? 'OK' : 'KO'};${run.rowsRead};${run.rowsWritten};${
        run.hasMessage ? MESSAGE : ''
      }\n`;
  });

/** The same rows as they are wanted: what is left for a plain COPY into a table of `CLEAN_COLUMNS`. */
export const cleanRunLog = (options: RunLogOptions): Generator<Buffer> =>
  chunksOf(options, '', () => {
    const instant = isoInstants();
    return (run) =>
      `JOB_${padded(run.number % 150, 3)},team${run.number % 7},srv-${run.number % 5},${run.number},${instant(
        run.startMs,
      )},${instant(run.endMs)},${run.succeeded ? 'succeeded' : 'failed'},${run.rowsRead},${run.rowsWritten},${
        run.hasMessage ? `"${MESSAGE}"` : ''
      }\n`;
  });

/** What every contestant's table must say in the end, counted while drawing the runs and nowhere else. */
export interface RunLogTotals {
  rows: number;
  failed: number;
  rowsRead: number;
  rowsWritten: number;
}

export function runLogTotals(options: RunLogOptions): RunLogTotals {
  const totals: RunLogTotals = { rows: 0, failed: 0, rowsRead: 0, rowsWritten: 0 };
  for (const run of drawRuns(options)) {
    totals.rows += 1;
    if (!run.succeeded) totals.failed += 1;
    totals.rowsRead += run.rowsRead;
    totals.rowsWritten += run.rowsWritten;
  }
  return totals;
}

/** One object, filled anew for each run: millions of them would only feed the garbage collector. */
function* drawRuns(options: RunLogOptions): Generator<LoggedRun> {
  const random: Random = seededRandom(options.seed);
  const first = options.firstRun ?? 0;
  const start = options.startMs ?? FIRST_START_MS;
  const spacing = options.spacingMs ?? SPACING_MS;
  const run = {} as LoggedRun;
  for (let index = 0; index < options.rows; index++) {
    run.number = first + index;
    run.startMs = start + Math.floor((index * spacing) / 1000) * 1000;
    run.endMs = run.startMs + (5 + random.below(896)) * 1000;
    run.succeeded = random.uniform() > 0.07;
    run.rowsRead = random.below(100_001);
    run.rowsWritten = random.below(100_001);
    run.hasMessage = random.uniform() <= 0.07;
    yield run;
  }
}

function* chunksOf(
  options: RunLogOptions,
  header: string,
  createLine: () => (run: LoggedRun) => string,
): Generator<Buffer> {
  const line = createLine();
  let text = header;
  let waiting = 0;
  for (const run of drawRuns(options)) {
    text += line(run);
    if (++waiting < CHUNK_ROWS) continue;
    yield Buffer.from(text, 'latin1');
    text = '';
    waiting = 0;
  }
  if (text !== '') yield Buffer.from(text, 'latin1');
}

const padded = (value: number, width: number): string => String(value).padStart(width, '0');

const CLOCK = Array.from({ length: 86_400 }, (_, second) => {
  const hour = Math.floor(second / 3600);
  const minute = Math.floor(second / 60) % 60;
  return `${padded(hour, 2)}:${padded(minute, 2)}:${padded(second % 60, 2)}`;
});

/** `31/12/2025 23:59:59`. */
const frenchInstants = () =>
  instants((date) => {
    const [year, month, day] = date.split('-');
    return `${day}/${month}/${year} `;
  }, '');

/** `2025-12-31 23:59:59+00`. */
const isoInstants = () => instants((date) => `${date} `, '+00');

/** Writes instants of whole seconds; the text of the date is made once a day. */
function instants(dateText: (isoDate: string) => string, ending: string) {
  let day = Number.NaN;
  let date = '';
  return (epochMs: number): string => {
    const found = Math.floor(epochMs / DAY_MS);
    if (found !== day) {
      day = found;
      date = dateText(new Date(day * DAY_MS).toISOString().slice(0, 10));
    }
    return date + CLOCK[(epochMs - day * DAY_MS) / 1000] + ending;
  };
}
