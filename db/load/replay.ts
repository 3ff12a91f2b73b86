import type { ValueCounts } from '../../models/records/completeness.ts';
import type { Queryable } from '../pool.ts';

/** The next file in the order of arrival with something to read again. */
export async function nextReplayable(
  client: Queryable,
  { source, sha256, afterId }: { source?: string | undefined; sha256?: string | undefined; afterId: number },
): Promise<{ id: number; sha256: string } | null> {
  const { rows } = await client.query<{ id: number; sha256: string }>(
    `select id, sha256 from file
     where id > $1 and ($2::text is null or source = $2) and ($3::text is null or sha256 = $3)
       and original_deleted_at is null
       and (state = 'refused'
         or (state = 'loaded' and rows_quarantined > rows_expired))
     order by id limit 1`,
    [afterId, source ?? null, sha256 ?? null],
  );
  return rows[0] ?? null;
}

/** Where the refused rows of a file lie in it, ascending: first byte and the byte behind the last. */
export async function readSpans(client: Queryable, sha256: string): Promise<{ from: number; to: number }[]> {
  const { rows } = await client.query<{ from: number; to: number }>(
    `select byte_offset as "from", byte_offset + greatest(byte_length, 1) as "to"
     from quarantine where file_sha256 = $1 order by byte_offset`,
    [sha256],
  );
  return rows;
}

/** Empties the quarantine of a file, whose rows are read again in the same transaction. */
export async function forgetRefusedRows(client: Queryable, sha256: string): Promise<void> {
  await client.query('delete from quarantine where file_sha256 = $1', [sha256]);
}

/** What reading the refused rows again changed in the account of a file. */
export interface ReplayedFile {
  sha256: string;
  /** Rows that were in quarantine before. */
  before: number;
  /** Rows found in their place: loaded, duplicate, expired, or refused again. */
  loaded: number;
  duplicate: number;
  expired: number;
  refused: number;
  /** Epoch milliseconds. */
  lastKnownAt: number | null;
  /** Values that runs found in their place should tell and tell; null: they are not runs. */
  values: ValueCounts | null;
  /** By which version of its contract it was read now; null: its source has none. */
  contractVersion: number | null;
}

/** Brings the account of a file up to date, in the transaction that loaded its rows. */
export async function markReplayed(client: Queryable, file: ReplayedFile): Promise<void> {
  const { sha256, before, loaded, duplicate, expired, refused, lastKnownAt, values, contractVersion } = file;
  await client.query(
    `update file set rows_in = rows_in - $2 + $3 + $4 + $5 + $6, rows_loaded = rows_loaded + $3,
       rows_duplicate = rows_duplicate + $4, rows_expired = rows_expired + $5,
       rows_quarantined = rows_quarantined - $2 + $5 + $6,
       last_known_at = greatest(last_known_at, $7), contract_version = $8,
       values_expected = values_expected + $9, values_told = values_told + $10, loaded_at = now(),
       accounted_at = now()
     where sha256 = $1`,
    [
      sha256,
      before,
      loaded,
      duplicate,
      expired,
      refused,
      lastKnownAt === null ? null : new Date(lastKnownAt),
      contractVersion,
      values?.expected ?? 0,
      values?.told ?? 0,
    ],
  );
}

/** Lets a refused file be loaded again. */
export async function reopenRefused(client: Queryable, sha256: string): Promise<void> {
  await client.query(
    `update file set state = 'stored', refusal_code = null, refusal_detail = null, contract_version = null,
       loaded_at = null
     where sha256 = $1 and state = 'refused'`,
    [sha256],
  );
}
