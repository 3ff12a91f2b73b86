/** Memory and time for one very large file, one very large record, and very many runs. */

import { rm } from 'node:fs/promises';
import { DATABASE } from '../../stack/postgres-roles.ts';
import { requireDisk } from './bench-place.ts';
import { type Figure, figure } from './document.ts';
import { startLoadingProcess } from './loading-process.ts';
import { logFile, packedLogFile, written } from './log-file.ts';
import { watchingSessions } from './memory.ts';
import { say } from './progress.ts';
import { RUN_LOG_HEADER, type RunLogOptions } from './run-log.ts';
import type { BenchDatabase, Servers } from './servers.ts';
import { median, rounded } from './statistics.ts';
import { enterInLedger, storeOriginal } from './stored-file.ts';

const GIGABYTE = 1e9;
/** Of the generated log. */
const BYTES_PER_ROW = 86;
/** A row in its table with key and indexes, and its share of the write-ahead log and of the sorting for the indexes. */
const STORED_BYTES_PER_ROW = 500;
const YEAR_MS = 365 * 86_400_000;
const FIRST_START_MS = Date.UTC(2021, 0, 1);

export interface Measured {
  figures: Figure[];
  details: Record<string, unknown>;
}

/** Something else was loaded than what was written. */
export class WrongCount extends Error {
  override name = 'WrongCount';
}

/** A year of runs in one file of that size. */
export async function largeFile(servers: Servers, gigabytes: number, seed: number): Promise<Measured> {
  const rows = Math.round((gigabytes * GIGABYTE) / BYTES_PER_ROW);
  requireDisk(gigabytes * GIGABYTE + rows * STORED_BYTES_PER_ROW, `a file of ${gigabytes} GB`);
  const content: RunLogOptions = { seed, rows, startMs: FIRST_START_MS, spacingMs: YEAR_MS / rows };
  // Compressed on disk and in the store; it is read as what it unpacks to.
  const file = await packedLogFile(content);
  const loaded = await loadAlone(servers, [file], (_, seconds) => say(`loaded in ${seconds.toFixed(1)} s`));
  await rm(file);
  requireRows('the large file', loaded, { rowsIn: rows, rowsLoaded: rows });
  return {
    figures: [
      figure('large_file_peak_rss_mb', loaded.peakMb, 'MB', 'lower'),
      figure('large_file_session_rss_mb', loaded.sessionPeakMb, 'MB', 'lower'),
      figure('large_file_rows_per_s', rows / loaded.seconds, 'rows/s', 'higher'),
    ],
    details: { gigabytes, rows, seconds: rounded(loaded.seconds) },
  };
}

const RECORD_START = 'JOB_001;team1;srv-1;endless;01/01/2025 00:00:00;01/01/2025 00:01:00;KO;1;1;';
const GOOD_ROW = (id: string) =>
  `JOB_001;team1;srv-1;${id};01/01/2025 00:00:00;01/01/2025 00:01:00;OK;1;1;\n`;

/** One line of that size between two that can be read: they are loaded, it goes to quarantine. */
export async function largeRecord(servers: Servers, gigabytes: number): Promise<Measured> {
  requireDisk(gigabytes * GIGABYTE, `a record of ${gigabytes} GB`);
  const file = await written(`record-g1-${gigabytes}gb.csv.gz`, () => linesWithLargeRecord(gigabytes));
  const loaded = await loadAlone(servers, [file]);
  await rm(file);
  requireRows('the large record', loaded, { rowsIn: 3, rowsLoaded: 2, rowsQuarantined: 1 });
  return {
    figures: [
      figure('large_record_peak_rss_mb', loaded.peakMb, 'MB', 'lower'),
      figure('large_record_session_rss_mb', loaded.sessionPeakMb, 'MB', 'lower'),
      figure('large_record_s', loaded.seconds, 's', 'lower'),
    ],
    details: { gigabytes, seconds: rounded(loaded.seconds) },
  };
}

function* linesWithLargeRecord(gigabytes: number): Generator<Buffer> {
  yield Buffer.from(RUN_LOG_HEADER + GOOD_ROW('before') + RECORD_START);
  let left = gigabytes * GIGABYTE;
  // Numbered, so that it does not pack a thousand times and pass for an archive bomb.
  for (let block = 0; left > 0; block++) {
    const words = Array.from({ length: 10_000 }, (_, word) => `word${(block * 10_000 + word) * 7919} `);
    const text = Buffer.from(words.join('').slice(0, left));
    left -= text.length;
    yield text;
  }
  yield Buffer.from(`\n${GOOD_ROW('after')}`);
}

/** Runs in files of the same size, one after the other, into the same tables. */
export async function manyRuns(
  servers: Servers,
  { runs, rowsPerFile, seed }: { runs: number; rowsPerFile: number; seed: number },
): Promise<Measured> {
  const count = Math.ceil(runs / rowsPerFile);
  requireDisk(runs * (STORED_BYTES_PER_ROW + 2 * BYTES_PER_ROW), `${runs} runs`);
  const files: string[] = [];
  for (let index = 0; index < count; index++) {
    const firstRun = index * rowsPerFile;
    const rows = Math.min(rowsPerFile, runs - firstRun);
    const startMs = FIRST_START_MS + firstRun * 15_000;
    files.push(await logFile({ seed: seed + index, rows, firstRun, startMs }));
  }
  const speeds: number[] = [];
  const loaded = await loadAlone(servers, files, (rowsIn, seconds) => {
    speeds.push(rounded(rowsIn / seconds));
    say(`file ${speeds.length} of ${count}: ${speeds.at(-1)} rows/s`);
  });
  requireRows('the runs', loaded, { rowsIn: runs, rowsLoaded: runs });
  return {
    figures: [
      figure('runs_rows_per_s', runs / loaded.seconds, 'rows/s', 'higher'),
      figure('runs_last_third_over_first', lastOverFirstThird(speeds), 'ratio', 'higher'),
      figure('runs_peak_rss_mb', loaded.peakMb, 'MB', 'lower'),
    ],
    details: { runs, rowsPerFile, rowsPerSecondOfFile: speeds },
  };
}

/** 1: a row costs the same however many there are; null with fewer than three measurements. */
export function lastOverFirstThird(speeds: readonly number[]): number | null {
  const third = Math.floor(speeds.length / 3);
  return third === 0 ? null : median(speeds.slice(-third)) / median(speeds.slice(0, third));
}

interface Account {
  rowsIn: number;
  rowsLoaded: number;
  rowsQuarantined: number;
}

interface LoadedAlone extends Account {
  /** Of the loads, without what lies between them. */
  seconds: number;
  peakMb: number | null;
  sessionPeakMb: number | null;
}

/** Loads files one after the other in one process into a database of its own, which is dropped. */
async function loadAlone(
  servers: Servers,
  files: readonly string[],
  onFile: (rowsIn: number, seconds: number) => void = () => {},
): Promise<LoadedAlone> {
  const database = await servers.cloneDatabase(DATABASE);
  const { result, peakMb: sessionPeakMb } = await watchingSessions(servers.admin, database.name, () =>
    loadEach(servers, database, files, onFile),
  );
  await database.drop();
  return { ...result, sessionPeakMb };
}

async function loadEach(
  servers: Servers,
  database: BenchDatabase,
  files: readonly string[],
  onFile: (rowsIn: number, seconds: number) => void,
): Promise<Omit<LoadedAlone, 'sessionPeakMb'>> {
  const sum = { rowsIn: 0, rowsLoaded: 0, rowsQuarantined: 0, seconds: 0, peakMb: null as number | null };
  const loading = await startLoadingProcess(servers.home, database.writerUrl);
  for (const file of files) {
    const original = await storeOriginal(servers.config, file);
    await enterInLedger(database.ownerUrl, [{ file, original }]);
    const { outcomes, seconds, peakMb } = await loading.load([original.sha256]);
    let rowsIn = 0;
    for (const outcome of outcomes) {
      rowsIn += outcome.rowsIn;
      sum.rowsLoaded += outcome.rowsLoaded;
      sum.rowsQuarantined += outcome.rowsQuarantined;
    }
    sum.rowsIn += rowsIn;
    sum.seconds += seconds;
    sum.peakMb = peakMb;
    onFile(rowsIn, seconds);
  }
  await loading.end();
  return sum;
}

/** @throws WrongCount naming what was expected and what was found */
function requireRows(what: string, loaded: LoadedAlone, expected: Partial<Account>): void {
  for (const [name, count] of Object.entries(expected) as [keyof Account, number][]) {
    if (loaded[name] !== count) {
      throw new WrongCount(`${what}: ${name}: expected ${count}, found ${loaded[name]}`);
    }
  }
}
