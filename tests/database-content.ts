import { createHash } from 'node:crypto';
import { readTableParts } from '../db/backup/table-parts.ts';
import type { Pool } from '../db/pool.ts';

/** Every table and month: how many rows, and a hash of their texts in the order of these. */
export async function contentOf(
  pool: Pool,
  without: readonly string[] = [],
): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const { table } of await readTableParts(pool)) {
    if (without.includes(table)) continue;
    const { rows } = await pool.query<{ row: string }>(
      `select t::text collate "C" as row from "${table}" t order by 1`,
    );
    const hash = createHash('sha256');
    for (const { row } of rows) hash.update(`${row}\n`);
    content[table] = `${rows.length} rows ${hash.digest('hex').slice(0, 16)}`;
  }
  return content;
}

/** The same of some columns: those of now, or those of a database before its schema changed. */
export async function columnContentOf(
  pool: Pool,
  like?: Record<string, { columns: string[] }>,
): Promise<Record<string, { columns: string[]; text: string }>> {
  const content: Record<string, { columns: string[]; text: string }> = {};
  for (const { table, columns: now } of await readTableParts(pool)) {
    if (like !== undefined && like[table] === undefined) continue;
    const columns = like?.[table]?.columns ?? now;
    const { rows } = await pool.query<{ row: string }>(
      `select row(${columns.map((column) => `"${column}"`).join(', ')})::text collate "C" as row from "${table}" order by 1`,
    );
    const hash = createHash('sha256');
    for (const { row } of rows) hash.update(`${row}\n`);
    content[table] = { columns, text: `${rows.length} rows ${hash.digest('hex').slice(0, 16)}` };
  }
  return content;
}
