/**
 * Files for the chaos benchmark, and what must be in the tables when all of them are loaded. The truth is written down
 * while the rows are invented; nothing here reads a row or asks the system what it would make of it.
 */
import { type Random, seededRandom } from '../../models/random.ts';

export interface ChaosFile {
  name: string;
  /** Index of the source whose folder gets it. */
  source: number;
  content: string;
  rows: number;
}

export interface ChaosTruth {
  /** Every run that was told, once, however many files tell it: see `runText`. */
  runs: Set<string>;
  /** Every row that cannot be read: see `refusedText`. */
  refused: Set<string>;
  rows: number;
}

/** One run as a file tells it. */
export interface ToldRun {
  job: string;
  host: string;
  runId: string;
  startMs: number;
  endMs: number;
  status: 'succeeded' | 'failed';
  rowsRead: number;
  rowsWritten: number;
  message: string | null;
}

const HEADER = 'job_name;owner;host;run_id;start;end;status;rows_read;rows_written;message';
const JOBS = 60;
const SMALL_ROWS = 40;
/** Too many for the files that are loaded together: these are streamed. */
const LARGE_ROWS = 4_000;
const LARGE_EVERY = 20;
const FIRST_START_MS = Date.UTC(2024, 0, 1);
/** Over so long a time, so that new months come all along. */
const SPAN_MS = 600 * 86_400_000;
const REMEMBERED_RUNS = 5_000;

/** A run in one line: its key and everything that is told of it. */
export const runText = (run: ToldRun): string =>
  [
    run.job,
    run.runId,
    run.host,
    run.startMs,
    run.endMs,
    run.status,
    run.rowsRead,
    run.rowsWritten,
    run.message ?? '-',
  ].join('|');

/** A refused row in one line: its file, its place, its bytes. */
export const refusedText = (file: string, rowNumber: number, line: string): string =>
  `${file}|${rowNumber}|${line}`;

/** Invents files: new runs, runs told again here or in an earlier file, corrected runs, rows nobody can read. */
export function chaosFiles(options: { files: number; sources: number; seed: number }): {
  files: ChaosFile[];
  truth: ChaosTruth;
} {
  const random = seededRandom(options.seed);
  const truth: ChaosTruth = { runs: new Set(), refused: new Set(), rows: 0 };
  const earlier: ToldRun[] = [];
  const files = Array.from({ length: options.files }, (_, index): ChaosFile => {
    const name = `chaos-${String(index).padStart(5, '0')}.csv`;
    const rows = index % LARGE_EVERY === LARGE_EVERY - 1 ? LARGE_ROWS : SMALL_ROWS;
    const startMs = FIRST_START_MS + Math.floor((index * SPAN_MS) / options.files / 1000) * 1000;
    const lines = [HEADER];
    for (let row = 1; row <= rows; row++) {
      const runId = `${index}-${row}`;
      // The first is always new, so that no file is empty of news.
      const chance = row === 1 ? 1 : random.uniform();
      if (chance < 0.01) {
        const line = unreadableLine(random, runId);
        lines.push(line);
        truth.refused.add(refusedText(name, row, line));
        continue;
      }
      const run = inventRun(random, chance, earlier, runId, startMs + row * 7_000);
      lines.push(lineOf(run));
      truth.runs.add(runText(run));
      if (earlier.length < REMEMBERED_RUNS) earlier.push(run);
      else earlier[random.below(REMEMBERED_RUNS)] = run;
    }
    truth.rows += rows;
    return { name, source: index % options.sources, content: `${lines.join('\n')}\n`, rows };
  });
  return { files, truth };
}

function inventRun(
  random: Random,
  chance: number,
  earlier: readonly ToldRun[],
  runId: string,
  startMs: number,
): ToldRun {
  const known = earlier.length === 0 ? undefined : earlier[random.below(earlier.length)]!;
  if (known && chance < 0.07) return known;
  if (known && chance < 0.12) {
    const status = known.status === 'failed' ? 'succeeded' : 'failed';
    return { ...known, status, endMs: known.endMs + 60_000, message: messageOf(random, status) };
  }
  const job = random.below(JOBS);
  const status = random.uniform() < 0.15 ? 'failed' : 'succeeded';
  return {
    job: `CHAOS_${job}`,
    host: `srv-${job % 5}`,
    runId,
    startMs,
    endMs: startMs + (5 + random.below(896)) * 1000,
    status,
    rowsRead: random.below(100_001),
    rowsWritten: random.below(100_001),
    message: messageOf(random, status),
  };
}

const messageOf = (random: Random, status: ToldRun['status']): string | null =>
  status === 'failed' ? `ORA-01555: cliché trop vieux, n° ${random.below(1000)}` : null;

const lineOf = (run: ToldRun): string => {
  const fields = [run.job, 'équipe', run.host, run.runId, french(run.startMs), french(run.endMs)];
  fields.push(run.status === 'failed' ? 'KO' : 'OK', String(run.rowsRead), String(run.rowsWritten));
  return [...fields, run.message ?? ''].join(';');
};

const unreadableLine = (random: Random, runId: string): string =>
  random.uniform() < 0.5
    ? `CHAOS_1;équipe;srv-1;${runId};pas une date;;OK;1;1;`
    : `CHAOS_1;équipe;srv-1;${runId};01/02/2024 10:00:00;01/02/2024 10:01:00;PEUT-ÊTRE;1;1;`;

function french(epochMs: number): string {
  const [date, clock] = new Date(epochMs).toISOString().slice(0, 19).split('T') as [string, string];
  return `${date.split('-').reverse().join('/')} ${clock}`;
}
