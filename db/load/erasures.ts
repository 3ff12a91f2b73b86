import type { Queryable } from '../pool.ts';

/** A request to erase a person from everything. */
export interface Erasure {
  id: number;
  /** Null as soon as it is done. */
  name: string | null;
  requestedBy: string;
  why: string;
}

/** Writes the request; from here on only its number is handed about. */
export async function requestErasure(
  client: Queryable,
  { name, requestedBy, why }: { name: string; requestedBy: string; why: string },
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    'insert into erasure (name, requested_by, why) values ($1, $2, $3) returning id',
    [name, requestedBy, why],
  );
  return rows[0]!.id;
}

/** The request of that number, or null. */
export async function findErasure(client: Queryable, id: number): Promise<Erasure | null> {
  const { rows } = await client.query<Erasure>(
    'select id, name, requested_by as "requestedBy", why from erasure where id = $1',
    [id],
  );
  return rows[0] ?? null;
}

/**
 * Enters that an original was replaced. Where the ledger has the new one already (two files differed in the name
 * only), the old line stays as that of a duplicate without an original.
 */
export async function relinkOriginal(
  client: Queryable,
  old: string,
  redacted: { sha256: string; sizeBytes: number },
): Promise<void> {
  const { rowCount } = await client.query(
    `update file set sha256 = $2, size_bytes = $3, redacted_from = $1
     where sha256 = $1 and not exists (select from file where sha256 = $2)`,
    [old, redacted.sha256, redacted.sizeBytes],
  );
  if (rowCount === 0) await markOriginalMissing(client, old);
}

/** Enters that an original is gone and that its rows, if any, are told by others; what still waited is not loaded. */
export async function markOriginalMissing(client: Queryable, sha256: string): Promise<void> {
  await client.query('delete from quarantine where file_sha256 = $1', [sha256]);
  await client.query(
    `update file set original_deleted_at = now(), rows_expired = coalesce(rows_quarantined, 0),
       rows_loaded = case when rows_in is not null then 0 end, rows_duplicate = rows_in - rows_quarantined,
       state = case state when 'stored' then 'refused' else state end,
       refusal_code = case state when 'stored' then 'erased' else refusal_code end
     where sha256 = $1`,
    [sha256],
  );
}

/** Erases the person from every text that is not derived from the originals, and then from the request. */
export async function eraseFromTables(
  client: Queryable,
  id: number,
  pseudonym: string | null,
): Promise<void> {
  await client.query('select erase_from_tables($1, $2)', [id, pseudonym]);
}
