import type { PoolClient } from 'pg';
import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { findFiles, lockFiles } from '../../db/load/files.ts';
import {
  forgetRefusedRows,
  markReplayed,
  nextReplayable,
  type ReplayedFile,
  readSpans,
  reopenRefused,
} from '../../db/load/replay.ts';
import { findKeepFrom } from '../../db/load/retention.ts';
import { findSource } from '../../db/load/sources.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { intakeOf } from '../../models/intake/intake-options.ts';
import { withLongStart } from '../../services/long-start.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { createLoadFiles } from './load-files.ts';
import { openPrivateReader } from './pseudonyms.ts';
import { readOriginal } from './read-original.ts';
import { RecordTally, withSink, writeKept } from './record-sink.ts';
import { RefusedRows } from './refused-rows.ts';
import { withContract } from './source-contracts.ts';
import { isInside } from './span-filter.ts';
import { refusalOf, type TableReader } from './table-reader.ts';

export interface ReplayInput {
  /** Only files of this source. */
  source?: string | undefined;
  /** Only this file. */
  sha256?: string | undefined;
  /** Go on behind this file of the order of arrival; 0 to begin. */
  afterId: number;
  who: string;
  why: string;
  workflowId: string;
}

export interface ReplayOutcome {
  /** Files read again. */
  files: number;
  /** Rows that were in quarantine and are now records, known already, too old to be kept, or refused again. */
  rowsLoaded: number;
  rowsDuplicate: number;
  rowsExpired: number;
  rowsRefused: number;
  /** Files refused as a whole before that could be loaded now. */
  reopened: number;
  /** Files that cannot be read as a whole any more: they stay as they were. */
  unreadable: number;
  /** The file to go on behind; null when all were read. */
  nextAfterId: number | null;
}

/** A call ends after the file under way when so much time has passed, so that its progress is seen. */
const CALL_MS = 60_000;

/**
 * Reads files with refused rows again from their originals, each in a transaction of its own. Only what lies where a
 * refused row was is taken: rows that were loaded stay as they are. What can be read now is loaded, the rest stays in
 * quarantine with its reason of today. Files refused as a whole get a new try. Twice is once.
 */
export function createReplayFiles(dependencies: Dependencies) {
  const { pool, objectStore, pseudonymKey, now } = dependencies;
  const loadFiles = createLoadFiles(dependencies);
  return function replayFiles(input: ReplayInput): Promise<ReplayOutcome> {
    return withHeartbeat(async (signal) => {
      const endAt = now() + CALL_MS;
      const outcome: ReplayOutcome = {
        files: 0,
        rowsLoaded: 0,
        rowsDuplicate: 0,
        rowsExpired: 0,
        rowsRefused: 0,
        reopened: 0,
        unreadable: 0,
        nextAfterId: input.afterId,
      };
      for (;;) {
        signal.throwIfAborted();
        const next = await nextReplayable(pool, { ...input, afterId: outcome.nextAfterId! });
        if (next === null) return { ...outcome, nextAfterId: null };
        await replayOne(next.sha256, input, outcome);
        outcome.files++;
        outcome.nextAfterId = next.id;
        if (now() >= endAt) return outcome;
      }
    });
  };

  async function replayOne(sha256: string, input: ReplayInput, outcome: ReplayOutcome): Promise<void> {
    const file = (await findFiles(pool, [sha256]))[0]!;
    if (file.state === 'refused') {
      await withTransaction(pool, async (client) => {
        await reopenRefused(client, sha256);
        const before = { state: 'refused', code: file.refusalCode };
        await audit(client, input, file.name, before, { state: 'stored' });
      });
      if ((await loadFiles({ files: [sha256] })).loaded === 1) outcome.reopened++;
      return;
    }
    try {
      const replayed = await withTransaction(pool, (client) => replayRows(client, sha256, input));
      if (replayed === null) return;
      outcome.rowsLoaded += replayed.loaded;
      outcome.rowsDuplicate += replayed.duplicate;
      outcome.rowsExpired += replayed.expired;
      outcome.rowsRefused += replayed.refused;
    } catch (error) {
      if (refusalOf(error) === null) throw error;
      outcome.unreadable++;
    }
  }

  async function replayRows(
    client: PoolClient,
    sha256: string,
    input: ReplayInput,
  ): Promise<ReplayedFile | null> {
    const file = (await lockFiles(client, [sha256]))[0]!;
    const spans = await readSpans(client, sha256);
    if (file.state !== 'loaded' || spans.length === 0) return null;
    const source = await withContract(client, (await findSource(client, file.source))!);
    const keepFrom = await findKeepFrom(client, source.kind);
    await forgetRefusedRows(client, sha256);

    const found = new RecordTally(source.kind);
    let refusedAgain = 0;
    const loaded = await withSink({ client, pool }, source.kind, spans.length, async (sink) => {
      const quarantine = new RefusedRows(client, sink);
      let reader: TableReader | undefined;
      const take = async (batch: ReturnType<TableReader['push']>) => {
        const records = batch.records.filter(({ byteOffset }) => isInside(spans, byteOffset));
        await writeKept(sink, records, file.id, keepFrom, found);
        const refused = batch.refused.filter(({ byteOffset }) => isInside(spans, byteOffset));
        refusedAgain += refused.length;
        await quarantine.add(sha256, refused);
      };
      const original = readOriginal(objectStore, sha256, intakeOf(source.intake).archive);
      for await (const { bytes, complete } of withLongStart(original)) {
        reader ??= openPrivateReader(pseudonymKey, source, bytes, complete);
        await take(reader.push(bytes));
      }
      await take(reader!.end());
      await quarantine.save();
      return (await sink.end()).get(file.id) ?? 0;
    });
    const replayed: ReplayedFile = {
      sha256,
      before: spans.length,
      loaded,
      duplicate: found.records - found.expired - loaded,
      expired: found.expired,
      refused: refusedAgain,
      lastKnownAt: found.lastKnownAt,
      values: found.values,
      contractVersion: source.contract?.version ?? null,
    };
    await markReplayed(client, replayed);
    if (found.records > 0 || refusedAgain !== spans.length) {
      const { rowsIn, rowsLoaded, rowsDuplicate, rowsQuarantined } = file;
      const [after] = await findFiles(client, [sha256]);
      await audit(
        client,
        input,
        file.name,
        { sha256, rowsIn, rowsLoaded, rowsDuplicate, rowsQuarantined },
        {
          rowsIn: after!.rowsIn,
          rowsLoaded: after!.rowsLoaded,
          rowsDuplicate: after!.rowsDuplicate,
          rowsQuarantined: after!.rowsQuarantined,
        },
      );
      await announceChange(client, 'runs');
    }
    return replayed;
  }
}

function audit(
  client: PoolClient,
  { who, why, workflowId }: ReplayInput,
  name: string,
  before: object,
  after: object,
): Promise<void> {
  return saveAuditEntry(client, {
    who,
    action: 'replay-file',
    subject: `file ${name}`,
    why,
    before,
    after,
    workflowId,
  });
}
