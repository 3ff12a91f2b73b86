import type { CutDialect } from '../../models/intake/record-cut.ts';
import type { Queryable } from '../pool.ts';

/** How far a growing file was read, and what it is known by. */
export interface Tail {
  id: number;
  path: string;
  identity: string;
  sizeBytes: number;
  modifiedAtMs: number;
  readBytes: number;
  headBytes: number;
  headSha256: string;
  lastBytes: number;
  lastSha256: string;
  header: Buffer;
  /** null: it is no table, and was stored whole. */
  dialect: CutDialect | null;
  /** The tail whose bytes it repeats; its own are not read. */
  copyOf: number | null;
}

/** Whoever follows the growing files of a source does it alone until the transaction ends. */
export async function lockTails(client: Queryable, source: string): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('tail/' || $1, 0))`, [source]);
}

/** All that is known of the growing files of a source. */
export async function listTails(client: Queryable, source: string): Promise<Tail[]> {
  const { rows } = await client.query<Omit<Tail, 'modifiedAtMs'> & { modified: Date }>(
    `select id, path, identity, size_bytes as "sizeBytes", modified_at as modified, read_bytes as "readBytes",
       head_bytes as "headBytes", head_sha256 as "headSha256", last_bytes as "lastBytes",
       last_sha256 as "lastSha256", header, dialect, copy_of as "copyOf"
     from tail where source = $1 order by id`,
    [source],
  );
  return rows.map(({ modified, ...row }) => ({ ...row, modifiedAtMs: modified.getTime() }));
}

/** Enters a tail (`id` null) or brings it up to date; returns its number. */
export async function saveTail(
  client: Queryable,
  source: string,
  tail: Omit<Tail, 'id'> & { id: number | null },
  seenAt: Date,
): Promise<number> {
  const values = [
    source,
    tail.path,
    tail.identity,
    tail.sizeBytes,
    new Date(tail.modifiedAtMs),
    tail.readBytes,
    tail.headBytes,
    tail.headSha256,
    tail.lastBytes,
    tail.lastSha256,
    tail.header,
    tail.dialect === null ? null : JSON.stringify(tail.dialect),
    tail.copyOf,
    seenAt,
  ];
  const columns = `source, path, identity, size_bytes, modified_at, read_bytes, head_bytes, head_sha256, last_bytes,
    last_sha256, header, dialect, copy_of, seen_at`;
  const places = values.map((_, index) => `$${index + 1}`).join(', ');
  const { rows } =
    tail.id === null
      ? await client.query<{ id: number }>(
          `insert into tail (${columns}) values (${places}) returning id`,
          values,
        )
      : await client.query<{ id: number }>(
          `update tail set (${columns}) = (${places}) where id = $${values.length + 1} returning id`,
          [...values, tail.id],
        );
  return rows[0]!.id;
}

/** Notes that the files of these tails are still there. */
export async function touchTails(client: Queryable, ids: readonly number[], seenAt: Date): Promise<void> {
  await client.query(`update tail set seen_at = $2 where id = any($1)`, [ids, seenAt]);
}

/** Forgets tails whose files were not seen since an instant. */
export async function forgetTails(client: Queryable, source: string, notSeenSince: Date): Promise<void> {
  await client.query(
    `delete from tail where source = $1 and seen_at < $2
       and not exists (select from tail copy where copy.copy_of = tail.id)`,
    [source, notSeenSince],
  );
}
