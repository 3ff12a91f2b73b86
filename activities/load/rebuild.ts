import { saveAuditEntry } from '../../db/access/audit-log.ts';
import {
  beginRebuild,
  type Comparison,
  compareRebuild,
  dropRebuild,
  extendRebuild,
  finishRebuild,
  nextOfRebuild,
  REBUILD_SCHEMA,
  readyRebuild,
} from '../../db/load/rebuild.ts';
import { type RecoverableFile, recoverArchives, recoverFiles } from '../../db/load/recover-ledger.ts';
import { EVENTS_SOURCE, saveSource } from '../../db/load/sources.ts';
import { announceChange, createSchemaPool, withTransaction } from '../../db/pool.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { createLoadFiles } from './load-files.ts';

export type { Comparison } from '../../db/load/rebuild.ts';

export interface RecoverOutcome {
  /** Originals in the object store. */
  originals: number;
  /** Of them those the ledger did not know. */
  recovered: number;
  /** Of them those that tell no origin or one that is not configured: they are not read. */
  unknown: number;
}

/** Rows of one statement. */
const BATCH_FILES = 1_000;

/**
 * Enters every original that the ledger lacks, by what is kept with the object: after the loss of the database that
 * is all of them. Their order of arrival is that of their receipt. Twice is once.
 */
export function createRecoverLedger({ pool, objectStore }: Dependencies) {
  return function recoverLedger(): Promise<RecoverOutcome> {
    return withHeartbeat(async (signal) => {
      const all: string[] = [];
      const kept: Omit<RecoverableFile, 'isUnpacked'>[] = [];
      const members: { sha256: string; archiveSha256: string }[] = [];
      for await (const { sha256, sizeBytes, origin } of objectStore.listOriginals()) {
        signal.throwIfAborted();
        all.push(sha256);
        if (origin === null) continue;
        const { source, name, receivedAt, archiveSha256 } = origin;
        kept.push({ sha256, sizeBytes, source, name, receivedAt });
        if (archiveSha256 !== null) members.push({ sha256, archiveSha256 });
      }
      kept.sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime() || (a.sha256 < b.sha256 ? -1 : 1));
      return withTransaction(pool, async (client) => {
        // The one source that nobody configures.
        if (kept.some(({ source }) => source === EVENTS_SOURCE.name)) await saveSource(client, EVENTS_SOURCE);
        const archives = new Set(members.map(({ archiveSha256 }) => archiveSha256));
        let recovered = 0;
        for (let from = 0; from < kept.length; from += BATCH_FILES) {
          const files = kept.slice(from, from + BATCH_FILES);
          recovered += await recoverFiles(
            client,
            files.map((file) => ({ ...file, isUnpacked: archives.has(file.sha256) })),
          );
        }
        await recoverArchives(client, members);
        const { rows } = await client.query<{ known: number }>(
          'select count(*) as known from file where sha256 = any($1)',
          [all],
        );
        return { originals: all.length, recovered, unknown: all.length - rows[0]!.known };
      });
    });
  };
}

/** Makes the empty tables beside those in use. What an earlier rebuild left is thrown away. */
export function createBeginRebuild({ pool }: Dependencies) {
  return async function beginRebuildOf(): Promise<{ files: number }> {
    return { files: await beginRebuild(pool) };
  };
}

/** Files of one call. */
const CALL_FILES = 200;

/**
 * Loads the next files into the tables of the rebuild, by the same steps as everywhere: only the names of the tables
 * mean others. Limits do not hold: what was let through once is let through again.
 */
export function createRebuildFiles(dependencies: Dependencies) {
  return async function rebuildFiles(): Promise<{ waiting: number }> {
    await extendRebuild(dependencies.pool);
    const pool = createSchemaPool(dependencies.pool, REBUILD_SCHEMA);
    try {
      const { files, waiting } = await nextOfRebuild(pool, CALL_FILES);
      if (files.length === 0) return { waiting: 0 };
      const { done } = await createLoadFiles({ ...dependencies, pool }, { contracts: 'recorded' })({ files });
      return { waiting: waiting - done };
    } finally {
      await pool.end();
    }
  };
}

/** Compares the rebuilt tables with those in use; null when files came that the rebuild does not have yet. */
export function createCompareRebuild({ pool }: Dependencies) {
  return function compareRebuildOf(): Promise<Comparison | null> {
    return withHeartbeat(() => compareRebuild(pool));
  };
}

export interface FinishInput {
  who: string;
  why: string;
  workflowId: string;
}

/** Puts the rebuilt tables in the place of those in use; false when files came that the rebuild does not have yet. */
export function createFinishRebuild({ pool }: Dependencies) {
  return function finishRebuildOf({ who, why, workflowId }: FinishInput): Promise<{ finished: boolean }> {
    return withHeartbeat(async () => {
      const { rows } = await pool.query<{ there: boolean }>(
        'select to_regnamespace($1) is not null as there',
        [REBUILD_SCHEMA],
      );
      // An attempt before this one has done it and could not say so.
      if (!rows[0]!.there) return { finished: true };
      await readyRebuild(pool);
      return withTransaction(pool, async (client) => {
        const finished = await finishRebuild(client);
        if (!finished) return { finished };
        const after = { tables: ['run', 'metric_sample', 'run_event', 'job', 'quarantine', 'file'] };
        const entry = { action: 'rebuild', subject: 'tables', before: null, after, who, why, workflowId };
        await saveAuditEntry(client, entry);
        await announceChange(client, 'runs');
        return { finished };
      });
    });
  };
}

/** Throws the rebuilt tables away. */
export function createDropRebuild({ pool }: Dependencies) {
  return async function dropRebuildOf(): Promise<void> {
    await dropRebuild(pool);
  };
}
