import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type AuditEntry, saveAuditEntry } from '../access/audit-log.ts';
import { migrate } from '../migrate.ts';
import { migrationNames } from '../migrations/index.ts';
import type { Queryable } from '../pool.ts';
import { withOwnSession } from './own-session.ts';
import type { SequenceState } from './snapshot.ts';
import { quoted, readMigrations, readRootTables, readTableParts, type TableRows } from './table-parts.ts';

/** The database is not one that the backup can be put into. */
export class WrongTarget extends Error {
  override name = 'WrongTarget';
}

export interface SavedTable extends TableRows {
  rows: number;
}

export interface SavedDatabase {
  migrations: readonly string[];
  tables: readonly SavedTable[];
  sequences: readonly SequenceState[];
}

export interface RestoreOptions {
  /** Rows that are there go. */
  replace: boolean;
  /** Writes the rows of a part as COPY wrote them; throws when they are not as they were. */
  feed(part: SavedTable, destination: Writable): Promise<void>;
  /** Told in the restored audit log. */
  entry: AuditEntry;
  told?: (table: string) => void;
}

/** Sessions that are about to end are waited for. */
const SESSIONS_LIMIT_MS = 5_000;
const SESSION = 'smart-etl-restore';
/** The one table in which a migration leaves a row. */
const NEVER_EMPTY = 'audit_head';

/**
 * Makes the schema ready for a backup: one that is missing is made as it was when the backup was taken.
 *
 * @throws WrongTarget when the schema is another one, or of a newer program than this
 */
export async function prepareSchema(ownerUrl: string, migrations: readonly string[]): Promise<void> {
  const unknown = migrations.find((name, place) => migrationNames[place] !== name);
  if (unknown !== undefined) {
    throw new WrongTarget(
      `the backup has the schema ${migrations.at(-1)}, this program knows ${migrationNames.at(-1)} (not ${unknown}): restore with the version that made it, or a newer one`,
    );
  }
  const there = await withOwnSession(ownerUrl, SESSION, readMigrations);
  if (there.length === 0) {
    await migrate(ownerUrl, migrations.at(-1));
  } else if (there.join() !== migrations.join()) {
    throw new WrongTarget(
      `the database has the schema ${there.at(-1)}, the backup ${migrations.at(-1)}: restore into a new, empty database; it is migrated afterwards`,
    );
  }
}

/**
 * Whether a backup may be put into this database: nobody else is connected, and it is empty unless rows may go.
 *
 * @throws WrongTarget saying who or what is there
 */
export const checkTarget = (ownerUrl: string, replace: boolean): Promise<void> =>
  withOwnSession(ownerUrl, SESSION, async (client) => {
    await refuseSessions(client);
    if (!replace) await refuseRows(client);
  });

/**
 * Puts the rows of a backup into a database of the same schema, in one transaction: all of them or none. With the
 * rights of the owner of the schema.
 *
 * @throws WrongTarget; whatever `feed` throws
 */
export const restoreTables = (
  ownerUrl: string,
  saved: SavedDatabase,
  options: RestoreOptions,
): Promise<void> =>
  withOwnSession(ownerUrl, SESSION, async (client) => {
    await refuseSessions(client);
    const roots = await readRootTables(client);
    await client.query('begin');
    await client.query(`lock table ${roots.map(quoted).join(', ')} in access exclusive mode`);
    if (!options.replace) await refuseRows(client);
    const guarded = await tablesWithTriggers(client);
    for (const table of guarded) await client.query(`alter table ${quoted(table)} disable trigger user`);
    await empty(client, roots);
    await load(client, saved, options);
    for (const { sequence, next } of saved.sequences) {
      // Unlike setval this is undone with the transaction.
      await client.query(`alter sequence ${quoted(sequence)} restart with ${BigInt(next)}`);
    }
    for (const table of guarded) await client.query(`alter table ${quoted(table)} enable trigger user`);
    await saveAuditEntry(client, options.entry);
    await client.query('commit');
    await client.query('analyze');
  });

async function refuseSessions(client: Queryable): Promise<void> {
  const until = performance.now() + SESSIONS_LIMIT_MS;
  for (;;) {
    const { rows } = await client.query<{ who: string }>(
      `select distinct usename || coalesce(' (' || nullif(application_name, '') || ')', '') as who from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and usename is not null order by 1`,
    );
    if (rows.length === 0) return;
    if (performance.now() > until) {
      throw new WrongTarget(
        `others are connected to the database: ${rows.map(({ who }) => who).join(', ')}; stop worker, API and whoever else reads it first`,
      );
    }
    await setTimeout(200);
  }
}

async function refuseRows(client: Queryable): Promise<void> {
  const filled: string[] = [];
  for (const table of await readRootTables(client)) {
    const condition = table === NEVER_EMPTY ? 'where id > 0' : '';
    const { rows } = await client.query<{ filled: boolean }>(
      `select exists (select from ${quoted(table)} ${condition}) as filled`,
    );
    if (rows[0]!.filled) filled.push(table);
  }
  if (filled.length > 0) {
    throw new WrongTarget(
      `the database has rows already, in ${filled.slice(0, 5).join(', ')}${filled.length > 5 ? ' and more' : ''}: name an empty one, or say --replace to lose them`,
    );
  }
}

async function tablesWithTriggers(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(`
    select distinct c.relname as "table" from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = 'public'::regnamespace and not t.tgisinternal order by 1`);
  return rows.map(({ table }) => table);
}

async function empty(client: Queryable, roots: readonly string[]): Promise<void> {
  await client.query('select begin_months()');
  for (const { table, partitionOf } of await readTableParts(client)) {
    if (partitionOf !== null && monthOf(table) !== null) await client.query(`drop table ${quoted(table)}`);
  }
  // All are named. Without "cascade" PostgreSQL 18 overlooks the one whose foreign key is not enforced.
  await client.query(`truncate ${roots.map(quoted).join(', ')} cascade`);
}

/** First day of the month that a part holds; null for those that are always there. */
const monthOf = (table: string): string | null => {
  const [, year, month] = /_(\d{4})_(\d{2})$/.exec(table) ?? [];
  return year === undefined ? null : `${year}-${month}-01`;
};

async function load(
  client: pg.Client,
  saved: SavedDatabase,
  { feed, told = () => {} }: RestoreOptions,
): Promise<void> {
  const order = await tablesByReference(client);
  const placeOf = ({ table, partitionOf }: SavedTable) => order.indexOf(partitionOf ?? table);
  for (const part of [...saved.tables].sort((a, b) => placeOf(a) - placeOf(b))) {
    const { table, partitionOf, columns, rows } = part;
    if (placeOf(part) < 0) throw new WrongTarget(`the schema has no table ${partitionOf ?? table}`);
    told(table);
    const month = partitionOf === null ? null : monthOf(table);
    if (month !== null) await client.query('select begin_month($1, $2)', [partitionOf, month]);
    const copy = client.query(
      copyFrom(`copy ${quoted(table)} (${columns.map(quoted).join(', ')}) from stdin`),
    );
    await feed(part, copy);
    if (copy.rowCount !== rows) throw new Error(`${table}: expected ${rows} rows, found ${copy.rowCount}`);
    if (month !== null) {
      await client.query('select index_month($1, $2)', [partitionOf, month]);
      await client.query('select finish_month($1, $2)', [partitionOf, month]);
    }
  }
}

/** Tables in an order in which each comes after those that it refers to. */
async function tablesByReference(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ table: string; needs: string[] }>(`
    select c.relname as "table", array(
        select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
        where k.contype = 'f' and k.conrelid = c.oid and k.confrelid <> c.oid) as needs
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    order by c.relname collate "C"`);
  const order: string[] = [];
  const waiting = new Map(rows.map(({ table, needs }) => [table, needs]));
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, needs]) => needs.every((name) => !waiting.has(name)));
    if (ready.length === 0)
      throw new Error(`tables refer to each other in a circle: ${[...waiting.keys()].join(', ')}`);
    for (const [table] of ready) {
      order.push(table);
      waiting.delete(table);
    }
  }
  return order;
}
