import type { Queryable } from '../pool.ts';

/** A table, or a month of one, as it is saved and restored. */
export interface TableRows {
  table: string;
  /** The table that it is a month of. */
  partitionOf: string | null;
  columns: string[];
}

/** What a migration keeps of itself is made by migrating; what a load left behind halfway is nobody's. */
const IS_OURS = `c.relnamespace = 'public'::regnamespace and c.relname not like 'knex%'
  and (c.relispartition or c.relname !~ '^(run|metric_sample)_[0-9]{4}_[0-9]{2}$')`;

/** Every table that holds rows, months one by one, in the order of their names. */
export async function readTableParts(client: Queryable): Promise<TableRows[]> {
  const { rows } = await client.query<TableRows>(`
    select c.relname as "table", parent.relname as "partitionOf", array(
        select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        order by a.attnum) as columns
    from pg_class c left join pg_inherits on inhrelid = c.oid left join pg_class parent on parent.oid = inhparent
    where c.relkind = 'r' and ${IS_OURS} order by c.relname collate "C"`);
  return rows;
}

/** Names of all tables without their months. */
export async function readRootTables(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(`
    select c.relname as "table" from pg_class c
    where c.relkind in ('r', 'p') and not c.relispartition and ${IS_OURS} order by c.relname collate "C"`);
  return rows.map(({ table }) => table);
}

/**
 * Names of the migrations that made the schema, in their order; none where no schema is.
 */
export async function readMigrations(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('public.knex_migrations') is not null as there`,
  );
  if (!rows[0]!.there) return [];
  const known = await client.query<{ name: string }>('select name from knex_migrations order by id');
  return known.rows.map(({ name }) => name);
}

/** A name in SQL. Names are those of the catalogue or were checked to be plain ones. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
