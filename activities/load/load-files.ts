import type { PoolClient } from 'pg';
import {
  type FileLedger,
  findFiles,
  type LoadedFile,
  lockFiles,
  markLoaded,
  markStopped,
} from '../../db/load/files.ts';
import { findKeepFrom } from '../../db/load/retention.ts';
import { findSource } from '../../db/load/sources.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { intakeOf } from '../../models/intake/intake-options.ts';
import { withLongStart } from '../../services/long-start.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { type CleanedFile, type CleanedTable, cleanAll } from './clean-small-files.ts';
import { FileHeld, holdForLimit } from './hold-file.ts';
import { openPrivateReader } from './pseudonyms.ts';
import { QuarantineGate } from './quarantine-gate.ts';
import { readOriginal } from './read-original.ts';
import { type RecordSink, RecordTally, withSink, writeKept } from './record-sink.ts';
import { RefusedRows } from './refused-rows.ts';
import {
  holdForContract,
  type SourceWithContract,
  settleContract,
  withContract,
} from './source-contracts.ts';
import { FileRefused, refusalOf, SchemaChanged, type TableReader } from './table-reader.ts';

/** A workflow names a file that the ledger does not know. */
export class UnknownFile extends Error {
  override name = 'UnknownFile';
}

/** What came of some files. `rowsIn` = `rowsLoaded` + `rowsDuplicate` + `rowsQuarantined`, always. */
export interface LoadOutcome {
  loaded: number;
  refused: number;
  /** Stopped by a limit or a contract, or waiting because their source is stopped. */
  held: number;
  rowsIn: number;
  rowsLoaded: number;
  rowsDuplicate: number;
  rowsQuarantined: number;
  /** How many of the files, from the first, are dealt with; the others are for the next call. */
  done: number;
}

/** A call ends after the file under way when so much time has passed, so that its progress is seen. */
const CALL_MS = 60_000;
/** Small files share a transaction: a commit each would cost more than their rows. */
const SMALL_BYTES = 256 * 1024;
const GROUP_BYTES = 8 * 1024 * 1024;
const GROUP_FILES = 200;
/** A guess of how many bytes a row has, to size what depends on the number of rows. */
const BYTES_PER_ROW = 64;

export interface LoadOptions {
  /**
   * By which contracts files are read: the latest ones, or, where tables are made anew, the version that is recorded
   * with each file. Of the latter none is held: the decisions about them were made.
   */
  contracts?: 'latest' | 'recorded';
}

/**
 * Loads stored files: original → clean → tables, quarantine and ledger, in one transaction. A large file has one of
 * its own and is streamed; small ones share one. Done twice, or by two workers at once, it is done once: the ledger's
 * rows are locked first, and a file that is loaded already is answered from the ledger.
 */
export function createLoadFiles(dependencies: Dependencies, { contracts = 'latest' }: LoadOptions = {}) {
  const { pool, objectStore, pseudonymKey, now } = dependencies;
  return function loadFiles({ files }: { files: string[] }): Promise<LoadOutcome> {
    return withHeartbeat(async (signal) => {
      const endAt = now() + CALL_MS;
      const ledger = new Map((await findFiles(pool, files)).map((file) => [file.sha256, file]));
      const known = files.map((sha256) => {
        const file = ledger.get(sha256);
        if (file === undefined) throw new UnknownFile(`no file ${sha256} in the ledger`);
        return file;
      });
      let done = 0;
      while (done < known.length && (done === 0 || now() < endAt)) {
        signal.throwIfAborted();
        const group = groupFrom(known, done, contracts);
        await loadGroup(group);
        done += group.length;
      }
      return accountOf(await findFiles(pool, files.slice(0, done)), done);
    });
  };

  async function loadGroup(group: FileLedger[]): Promise<void> {
    const stored = group.filter(({ state }) => state === 'stored');
    if (stored.length === 0) return;
    const version = contracts === 'latest' ? contracts : stored[0]!.contractVersion;
    const source = await withContract(pool, (await findSource(pool, stored[0]!.source))!, version);
    const gate = await QuarantineGate.open(pool, source.name);
    const waiting = stored.filter((file) => gate.isOpenFor(file));
    if (waiting.length === 0) return;
    if (waiting.length === 1) return loadOne(source, gate, waiting[0]!);
    const cleaned = await cleanAll(dependencies, source, waiting);
    await withTransaction(pool, async (client) => {
      await loadCleaned(client, source, gate, cleaned);
      await settle(client, source, waiting);
    });
    // What turned out to be large after all.
    for (const { file, result } of cleaned) {
      if (result === 'large' && gate.isOpenFor(file)) await loadOne(source, gate, file);
    }
  }

  /** Streams one file. When it is refused or held halfway nothing of it stays. */
  async function loadOne(source: SourceWithContract, gate: QuarantineGate, file: FileLedger): Promise<void> {
    try {
      await withTransaction(pool, async (client) => {
        if ((await lockFiles(client, [file.sha256]))[0]?.state !== 'stored') return;
        const expectedRows = file.sizeBytes / BYTES_PER_ROW;
        await withSink({ client, pool }, source.kind, expectedRows, (sink) =>
          streamInto(client, source, gate, file, sink),
        );
        await settle(client, source, [file]);
        await announceChange(client, 'runs');
      });
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null) throw error;
      await withTransaction(pool, async (client) => {
        if ((await lockFiles(client, [file.sha256]))[0]?.state !== 'stored') return;
        await stopFile(client, file, refusal);
        await settle(client, source, [file]);
        await announceChange(client, 'runs');
      });
    }
  }

  /** Nothing of the file is loaded. */
  async function stopFile(client: PoolClient, file: FileLedger, refusal: FileRefused): Promise<void> {
    if (refusal instanceof FileHeld) return holdForLimit(client, dependencies, file, refusal);
    return refusal instanceof SchemaChanged && contracts === 'latest'
      ? holdForContract(client, dependencies, file, refusal)
      : markStopped(client, 'refused', file.sha256, refusal.code, refusal.message);
  }

  /** Where tables are made anew, the decisions about contracts were made and people told. */
  async function settle(client: PoolClient, source: SourceWithContract, files: FileLedger[]): Promise<void> {
    if (contracts === 'latest') await settleContract(client, dependencies, source, files);
  }

  async function streamInto(
    client: PoolClient,
    source: SourceWithContract,
    gate: QuarantineGate,
    file: FileLedger,
    sink: RecordSink,
  ): Promise<void> {
    const keepFrom = await findKeepFrom(client, source.kind);
    let reader: TableReader | undefined;
    const quarantine = new RefusedRows(client, sink);
    const tally = new RecordTally(source.kind);
    let refusedCount = 0;
    const take = async ({ records, refused }: ReturnType<TableReader['push']>) => {
      await writeKept(sink, records, file.id, keepFrom, tally);
      refusedCount += refused.length;
      gate.requireFew(file, refusedCount);
      await quarantine.add(file.sha256, refused);
    };
    const original = readOriginal(objectStore, file.sha256, intakeOf(source.intake).archive);
    for await (const { bytes, complete } of withLongStart(original)) {
      reader ??= openPrivateReader(pseudonymKey, source, bytes, complete);
      await take(reader.push(bytes));
    }
    const rest = reader!.end();
    await take(rest);
    await quarantine.save();
    const { rowsIn, records: _, refused, ...seen } = rest.totals;
    await gate.pass(client, file, { rowsIn, refused });
    const rowsLoaded = (await sink.end()).get(file.id) ?? 0;
    const { sha256 } = file;
    const dialect = { ...reader!.dialect, ...seen };
    await markLoaded(client, [
      loadedFile({ sha256, rowsIn, rowsQuarantined: refused, dialect }, tally, rowsLoaded),
    ]);
  }

  async function loadCleaned(
    client: PoolClient,
    source: SourceWithContract,
    gate: QuarantineGate,
    cleaned: CleanedFile[],
  ): Promise<void> {
    const locked = await lockFiles(
      client,
      cleaned.map(({ file }) => file.sha256),
    );
    const waiting = new Set(locked.filter(({ state }) => state === 'stored').map(({ sha256 }) => sha256));
    const tables: { file: FileLedger; table: CleanedTable }[] = [];
    for (const { file, result } of cleaned) {
      if (!waiting.has(file.sha256) || result === 'large' || !gate.isOpenFor(file)) continue;
      if (result instanceof FileRefused) {
        await stopFile(client, file, result);
        continue;
      }
      try {
        const { rowsIn, rowsQuarantined: refused } = result.loaded;
        await gate.pass(client, file, { rowsIn, refused });
        tables.push({ file, table: result });
      } catch (error) {
        if (!(error instanceof FileRefused)) throw error;
        await stopFile(client, file, error);
      }
    }
    const expectedRows = tables.reduce((sum, { table }) => sum + table.records.length, 0);
    await withSink({ client, pool }, source.kind, expectedRows, (sink) =>
      loadTables(client, source, tables, sink),
    );
    await announceChange(client, 'runs');
  }
}

/** Writes the records, refused rows and accounts of files that were cleaned. */
async function loadTables(
  client: PoolClient,
  source: SourceWithContract,
  tables: { file: FileLedger; table: CleanedTable }[],
  sink: RecordSink,
): Promise<void> {
  const keepFrom = await findKeepFrom(client, source.kind);
  const quarantine = new RefusedRows(client, sink);
  const tallies: RecordTally[] = [];
  for (const { file, table } of tables) {
    const tally = new RecordTally(source.kind);
    await writeKept(sink, table.records, file.id, keepFrom, tally);
    tallies.push(tally);
    await quarantine.add(file.sha256, table.refused);
  }
  await quarantine.save();
  const counts = await sink.end();
  await markLoaded(
    client,
    tables.map(({ file, table }, at) => loadedFile(table.loaded, tallies[at]!, counts.get(file.id) ?? 0)),
  );
}

/** The account of a file: what of its rows was refused, what became of the records. */
function loadedFile(read: CleanedTable['loaded'], tally: RecordTally, rowsLoaded: number): LoadedFile {
  const { records, expired, lastKnownAt, values } = tally;
  return {
    ...read,
    rowsLoaded,
    rowsDuplicate: records - expired - rowsLoaded,
    rowsQuarantined: read.rowsQuarantined + expired,
    rowsExpired: expired,
    lastKnownAt,
    values,
  };
}

/** The next files to be loaded together: small ones of one source and contract, or a single large one. */
function groupFrom(files: FileLedger[], from: number, contracts: LoadOptions['contracts']): FileLedger[] {
  const first = files[from]!;
  let to = from + 1;
  let bytes = first.sizeBytes;
  if (bytes > SMALL_BYTES) return [first];
  while (to < files.length && to - from < GROUP_FILES) {
    const { sizeBytes, source, contractVersion } = files[to]!;
    if (contracts === 'recorded' && contractVersion !== first.contractVersion) break;
    bytes += sizeBytes;
    if (source !== first.source || sizeBytes > SMALL_BYTES || bytes > GROUP_BYTES) break;
    to++;
  }
  return files.slice(from, to);
}

function accountOf(files: FileLedger[], done: number): LoadOutcome {
  const outcome = {
    loaded: 0,
    refused: 0,
    held: 0,
    rowsIn: 0,
    rowsLoaded: 0,
    rowsDuplicate: 0,
    rowsQuarantined: 0,
    done,
  };
  for (const file of files) {
    if (file.state === 'refused') outcome.refused++;
    if (file.state === 'held' || file.state === 'stored') outcome.held++;
    if (file.state !== 'loaded') continue;
    outcome.loaded++;
    outcome.rowsIn += file.rowsIn;
    outcome.rowsLoaded += file.rowsLoaded;
    outcome.rowsDuplicate += file.rowsDuplicate;
    outcome.rowsQuarantined += file.rowsQuarantined;
  }
  return outcome;
}
