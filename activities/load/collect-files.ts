import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { newArrivals, saveArrivals } from '../../db/load/arrivals.ts';
import { pendingFiles, saveFiles } from '../../db/load/files.ts';
import { forgetSightings, saveSightings } from '../../db/load/sightings.ts';
import { EVENTS_SOURCE, findSource, type Source } from '../../db/load/sources.ts';
import { withTransaction } from '../../db/pool.ts';
import { INBOX, takeableNames } from '../../models/intake/file-names.ts';
import { type IntakeOptions, intakeOf } from '../../models/intake/intake-options.ts';
import { FolderUnavailable, type Look, listNames, lookAt, withOriginal } from '../../services/drop-folder.ts';
import { type KeptFile, keepOriginal } from '../../services/originals.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { inParallel } from '../in-parallel.ts';
import { followFiles } from './follow-files.ts';
import { createReadabilityTeller, SILENT } from './readability.ts';
import { type SeenTwice, seenTwice } from './second-looks.ts';
import { settleIdleSource } from './source-contracts.ts';

/** A workflow names a source that is not configured. */
export class UnknownSource extends Error {
  override name = 'UnknownSource';
}

/** References in one payload: 500 hashes of 64 characters stay below its 64 KB. */
const BATCH_FILES = 500;
/** Of these, so many that just came: they do not wait behind a backlog. */
const NEWEST_FILES = 50;
/** Looked at and entered in the ledger together: one transaction. */
const CHUNK_FILES = 200;
/** One call ends after so many files, or so long: what was stored is on record, and loading can begin. */
const PAGE_FILES = 2_000;
const PAGE_MS = 15_000;
/** Requests to the object store under way at once; each holds a small file in memory. */
const CONCURRENT_FILES = 16;
const CONCURRENT_LOOKS = 32;
/** A time further ahead than this is of another clock, and says nothing about how long ago it was. */
const CLOCK_SLACK_MS = 2_000;

export interface StoreFilesInput {
  source: string;
  /** Go on after this name. */
  after?: string;
  /** Look at these paths inside the folder only. */
  paths?: string[];
  /** Those of the paths that were seen to be renamed into place: complete, however short ago they were written. */
  moved?: string[];
}

export interface StoreFilesOutcome {
  stored: number;
  /** Files that could not be read, for lack of rights or by an error of the disk. */
  unreadable: number;
  /** What is to be loaded of `paths`; empty when the whole folder was looked at. */
  files: string[];
  /** There may be more files after this name (empty: from the first); null: that was all. */
  next: string | null;
}

export async function requireSource(pool: Dependencies['pool'], name: string): Promise<Source> {
  const source = await findSource(pool, name);
  if (source === null) throw new UnknownSource(`no source named "${name}" is configured`);
  return source;
}

/**
 * Looks into the folder of a source and keeps the originals of what is new and finished: bytes to the object store, a
 * line each in the ledger. One page of them: the answer says where to go on.
 */
export function createStoreFiles(dependencies: Dependencies) {
  const { pool, objectStore, now } = dependencies;
  return async function storeFiles(input: StoreFilesInput): Promise<StoreFilesOutcome> {
    const source = await requireSource(pool, input.source);
    const options = intakeOf(source.intake);
    // Of a source that reads pages the incident is about these: a folder that is there must not end it.
    const tell = options.scrape.length > 0 ? SILENT : createReadabilityTeller(dependencies, source);
    const names = await namesToLookAt(source, options, input).catch(async (error: Error) => {
      if (error instanceof FolderUnavailable) await tell.unreadable(error.message);
      throw error;
    });
    return withHeartbeat(async (signal) => {
      const outcome: StoreFilesOutcome = { stored: 0, unreadable: 0, files: [], next: null };
      if (options.growing) {
        const { kept, more } = await followFiles(dependencies, source, options, names);
        if (input.paths !== undefined) outcome.files = kept.map(({ sha256 }) => sha256);
        await tell.readable();
        return { ...outcome, stored: kept.length, next: more ? '' : null };
      }
      const startedAtMs = now();
      for (let from = 0; from < names.length; from += CHUNK_FILES) {
        signal.throwIfAborted();
        const chunk = names.slice(from, from + CHUNK_FILES);
        const { kept, unreadable } = await storeChunk(source, options, chunk, new Set(input.moved));
        outcome.stored += kept.length;
        outcome.unreadable += unreadable;
        if (input.paths !== undefined) {
          for (const rows of kept)
            for (const row of rows) if (row.state === 'stored') outcome.files.push(row.sha256);
        }
        const isFull = outcome.stored >= PAGE_FILES || now() - startedAtMs >= PAGE_MS;
        if (isFull && from + CHUNK_FILES < names.length && input.paths === undefined) {
          return { ...outcome, next: chunk.at(-1)! };
        }
      }
      if (outcome.unreadable > 0) await tell.unreadable(`${outcome.unreadable} files cannot be read`);
      else if (input.paths === undefined && input.after === undefined) await tell.readable();
      return { ...outcome, files: outcome.files.slice(0, BATCH_FILES) };
    });
  };

  async function storeChunk(
    source: Source,
    options: IntakeOptions,
    names: readonly string[],
    moved: ReadonlySet<string>,
  ) {
    const looks = (await inParallel(names, CONCURRENT_LOOKS, (name) => lookAt(source.folder, name))).filter(
      (look) => look !== null,
    );
    const ready = await finishedOf(source, options, await newArrivals(pool, source.name, looks), moved);
    let unreadable = 0;
    const taken = await inParallel(ready, CONCURRENT_FILES, async (one) => {
      try {
        return { look: one.look, rows: await keepIfUnchanged(source, options, one) };
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return { look: one.look, rows: null };
        if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EIO') throw error;
        unreadable++;
        return { look: one.look, rows: null };
      }
    });
    const kept = taken.filter((one): one is { look: Look; rows: KeptFile[] } => one.rows !== null);
    if (kept.length > 0) {
      await withTransaction(pool, async (client) => {
        await saveFiles(client, firstOfEach(kept.flatMap(({ rows }) => rows)));
        await saveArrivals(
          client,
          source.name,
          kept.map(({ look, rows }) => ({ ...look, sha256: rows[0]!.sha256 })),
        );
        const paths = kept.map(({ look }) => look.path);
        await forgetSightings(client, source.name, paths);
      });
      await emptyInbox(
        source,
        options,
        kept.map(({ look }) => look.path),
      );
    }
    return { kept: kept.map(({ rows }) => rows), unreadable };
  }

  /** Those that nobody is writing to any more. */
  async function finishedOf(
    source: Source,
    options: IntakeOptions,
    looks: readonly Look[],
    moved: ReadonlySet<string>,
  ): Promise<SeenTwice[]> {
    const nowMs = now();
    // What was pushed is moved into the inbox by ourselves, whole.
    const isMoved = ({ path: name }: Look) => moved.has(name) || name.startsWith(`${INBOX}/`);
    const isDoubtful = (look: Look) =>
      !isMoved(look) && (options.network || look.modifiedAtMs > nowMs + CLOCK_SLACK_MS);
    const settled = looks.filter(
      (look) => isMoved(look) || (!isDoubtful(look) && nowMs - look.modifiedAtMs >= options.settleMs),
    );
    const doubtful = looks.filter(isDoubtful);
    const ready: SeenTwice[] = settled.map((look) => ({ look, sha256: null }));
    if (doubtful.length > 0)
      ready.push(...(await seenTwice(pool, source, doubtful, options.settleMs, nowMs)));
    return ready;
  }

  /** Keeps a file; null when it changed since it was looked at, so that it was not finished after all. */
  async function keepIfUnchanged(
    source: Source,
    options: IntakeOptions,
    { look, sha256 }: SeenTwice,
  ): Promise<KeptFile[] | null> {
    return withOriginal(path.join(source.folder, look.path), async (original) => {
      const after = await lookAt(source.folder, look.path);
      if (after?.sizeBytes !== original.sizeBytes || after.modifiedAtMs !== look.modifiedAtMs) return null;
      if (sha256 !== null && sha256 !== original.sha256) {
        await saveSightings(pool, source.name, [{ ...after, sha256: original.sha256, seenAtMs: now() }]);
        return null;
      }
      const received = { source: source.name, name: path.basename(look.path), receivedAt: new Date(now()) };
      return keepOriginal(objectStore, original, received, options.archive);
    });
  }
}

async function namesToLookAt(
  source: Source,
  options: IntakeOptions,
  { after, paths }: StoreFilesInput,
): Promise<string[]> {
  // Of growing files all are looked at: where one was moved to is seen by what the others are.
  if (paths === undefined || options.growing) {
    const names = takeableNames(await listNames(source.folder), options);
    return after === undefined || options.growing ? names : names.filter((name) => name > after);
  }
  const { marker } = options;
  const inside = paths.filter((name) => !path.isAbsolute(name) && !name.split(/[\\/]/).includes('..'));
  const plain = [
    ...new Set(
      inside.map((name) => (marker && name.endsWith(marker) ? name.slice(0, -marker.length) : name)),
    ),
  ];
  if (marker === null) return takeableNames(plain, options);
  const marked = await inParallel(plain, CONCURRENT_LOOKS, async (name) =>
    (await lookAt(source.folder, name + marker)) === null ? [] : [name, name + marker],
  );
  return takeableNames(marked.flat(), options);
}

/** The same bytes twice in one statement would be entered by chance under one name or the other. */
function firstOfEach(rows: readonly KeptFile[]): KeptFile[] {
  const first = new Map<string, KeptFile>();
  for (const row of rows) if (!first.has(row.sha256)) first.set(row.sha256, row);
  return [...first.values()];
}

/** Files pushed over HTTP are ours: once their original is kept they go. Where the folder is read-only they stay. */
async function emptyInbox(
  source: Source,
  { marker }: IntakeOptions,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    if (!name.startsWith(`${INBOX}/`)) continue;
    const file = path.join(source.folder, name);
    await rm(file, { force: true }).catch(() => {});
    if (marker !== null) await rm(file + marker, { force: true }).catch(() => {});
    await rmdir(path.dirname(file)).catch(() => {});
  }
}

/** What workflows of earlier versions ask for first; what is new is found by the next collection. */
export function createDiscoverFiles({ pool }: Dependencies) {
  return async function discoverFiles(input: { source: string }): Promise<{ arrivals: { path: string }[] }> {
    await requireSource(pool, input.source);
    return { arrivals: [] };
  };
}

/** Keeps what a workflow of an earlier version had found. */
export function createStoreOriginals(dependencies: Dependencies) {
  const storeFiles = createStoreFiles(dependencies);
  return async function storeOriginals(input: {
    source: string;
    arrivals: { path: string }[];
  }): Promise<{ stored: number }> {
    const { stored } = await storeFiles({
      source: input.source,
      paths: input.arrivals.map(({ path }) => path),
    });
    return { stored };
  };
}

/** A page of the files of a source that are stored and wait to be loaded. */
export function createListPendingFiles(dependencies: Dependencies) {
  const { pool } = dependencies;
  return async function listPendingFiles(input: { source: string }): Promise<{ files: string[] }> {
    // Events are loaded in the order they came in.
    const newest = input.source === EVENTS_SOURCE.name ? 0 : NEWEST_FILES;
    const files = await pendingFiles(pool, input.source, BATCH_FILES, newest);
    if (files.length === 0) await settleIdleSource(pool, dependencies, input.source);
    return { files };
  };
}
