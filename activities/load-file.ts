import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { PoolClient } from 'pg';
import { type FileLedger, lockFile, markLoaded, markRefused } from '../db/files.ts';
import { announceChange, withTransaction } from '../db/pool.ts';
import { saveRefusedRows } from '../db/quarantine.ts';
import { findSource, type Source } from '../db/sources.ts';
import { ArchiveBomb, DamagedArchive, decompressed } from '../services/decompress.ts';
import { BUCKETS, CorruptObject } from '../services/object-store.ts';
import type { Dependencies } from './dependencies.ts';
import { type FileLoader, FileRefused, openLoader } from './file-loader.ts';
import { withHeartbeat } from './heartbeat.ts';

/** A workflow names a file that the ledger does not know. */
export class UnknownFile extends Error {
  override name = 'UnknownFile';
}

export type FileOutcome =
  | {
      state: 'loaded';
      sha256: string;
      name: string;
      rowsIn: number;
      rowsLoaded: number;
      rowsDuplicate: number;
      rowsQuarantined: number;
    }
  | { state: 'refused'; sha256: string; name: string; code: string; detail: string };

/** Enough to see the dialect and a header after a long preamble. */
const START_BYTES = 64 * 1024;

/**
 * Loads one stored file: original → clean → staging → merge, its quarantine and its line in the ledger, all in one
 * transaction. Done twice, or by two workers at once, it is done once: the ledger's row is locked first, and a file
 * that is loaded already is answered from the ledger.
 */
export function createLoadFile({ pool, objectStore }: Dependencies) {
  return async function loadFile({ sha256 }: { sha256: string }): Promise<FileOutcome> {
    try {
      return await withHeartbeat(() => withTransaction(pool, (client) => load(client, sha256)));
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null) throw error;
      return withTransaction(pool, (client) => refuse(client, sha256, refusal));
    }
  };

  async function load(client: PoolClient, sha256: string): Promise<FileOutcome> {
    const file = await requireFile(client, sha256);
    if (file.state !== 'stored') return outcomeOf(file);
    const source = (await findSource(client, file.source))!;
    const loader = await readInto(client, source, sha256);
    const { rowsIn, records, merged, lastKnownAt } = await loader.end();
    await saveRefusedRows(client, sha256, loader.refused);
    const totals = {
      rowsIn,
      rowsLoaded: merged,
      rowsDuplicate: records - merged,
      rowsQuarantined: loader.refused.length,
    };
    const lastArrival = lastKnownAt === null ? null : new Date(lastKnownAt);
    await markLoaded(client, sha256, totals, loader.dialect, lastArrival);
    await announceChange(client, 'runs');
    return { state: 'loaded', sha256, name: file.name, ...totals };
  }

  /** Streams the original through a loader, and checks that the bytes were those of the hash. */
  async function readInto(client: PoolClient, source: Source, sha256: string): Promise<FileLoader> {
    const hash = createHash('sha256');
    const original = await objectStore.stream(BUCKETS.raw, sha256);
    const hashed = original.pipe(
      new Transform({
        transform(chunk, _, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      }),
    );
    // pipe() does not hand on errors: a connection cut in the middle must not look like the end of the file.
    original.on('error', (error) => hashed.destroy(error));
    original.on('aborted', () => hashed.destroy(new Error(`reading ${sha256} was cut off`)));

    let loader: FileLoader | undefined;
    let start: Buffer[] = [];
    let startBytes = 0;
    const open = async (complete: boolean) => {
      const bytes = Buffer.concat(start);
      start = [];
      loader = await openLoader({ client, source, sha256, start: bytes, complete });
      await loader.push(bytes);
    };
    try {
      for await (const chunk of decompressed(hashed)) {
        if (loader) {
          await loader.push(chunk);
          continue;
        }
        start.push(chunk);
        startBytes += chunk.length;
        if (startBytes >= START_BYTES) await open(false);
      }
    } finally {
      // A file that is refused halfway leaves the rest of it on the connection.
      original.destroy();
    }
    if (!loader) await open(true);
    if (hash.digest('hex') !== sha256)
      throw new CorruptObject(`object raw/${sha256}: its bytes have another hash`);
    return loader!;
  }

  async function refuse(client: PoolClient, sha256: string, refusal: FileRefused): Promise<FileOutcome> {
    const file = await requireFile(client, sha256);
    if (file.state !== 'stored') return outcomeOf(file);
    await markRefused(client, sha256, refusal.code, refusal.message);
    await announceChange(client, 'runs');
    return { state: 'refused', sha256, name: file.name, code: refusal.code, detail: refusal.message };
  }
}

async function requireFile(client: PoolClient, sha256: string): Promise<FileLedger> {
  const file = await lockFile(client, sha256);
  if (file === null) throw new UnknownFile(`no file ${sha256} in the ledger`);
  return file;
}

function outcomeOf(file: FileLedger): FileOutcome {
  const { sha256, name, rowsIn, rowsLoaded, rowsDuplicate, rowsQuarantined } = file;
  return file.state === 'loaded'
    ? { state: 'loaded', sha256, name, rowsIn, rowsLoaded, rowsDuplicate, rowsQuarantined }
    : { state: 'refused', sha256, name, code: file.refusalCode!, detail: file.refusalDetail! };
}

function refusalOf(error: unknown): FileRefused | null {
  if (error instanceof FileRefused) return error;
  if (error instanceof DamagedArchive) return new FileRefused('damaged-archive', error.message);
  if (error instanceof ArchiveBomb) return new FileRefused('archive-bomb', error.message);
  return null;
}
