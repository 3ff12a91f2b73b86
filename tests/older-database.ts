import { pipeline } from 'node:stream/promises';
import { restoreTables } from '../db/backup/restore-tables.ts';
import { withSnapshot } from '../db/backup/snapshot.ts';
import { readTableParts } from '../db/backup/table-parts.ts';
import { migrate } from '../db/migrate.ts';
import { migrationNames } from '../db/migrations/index.ts';
import { withPool } from './backup-stage.ts';
import type { TestDatabase } from './database.ts';

/**
 * Makes a database as an older version had it, with the rows of one of today as far as that has a place for them.
 *
 * @param schema the last migration that the older version knew
 */
export async function fillOlder(older: TestDatabase, schema: string, today: TestDatabase): Promise<void> {
  await migrate(older.url, schema);
  const { places, sequences } = await withPool(older, async (pool) => ({
    places: new Map((await readTableParts(pool)).map(({ table, columns }) => [table, columns])),
    sequences: (await pool.query<{ name: string }>('select sequencename as name from pg_sequences')).rows,
  }));
  await withSnapshot(today.url, async (snapshot) => {
    const tables = [];
    for (const part of snapshot.tables) {
      const place = places.get(part.partitionOf === null ? part.table : `${part.partitionOf}_before_2010`);
      if (place === undefined) continue;
      const columns = part.columns.filter((column) => place.includes(column));
      const { rows } = await today.pool.query(`select count(*) as rows from "${part.table}"`);
      tables.push({ ...part, columns, rows: rows[0].rows });
    }
    const known = new Set(sequences.map(({ name }) => name));
    await restoreTables(
      older.url,
      {
        migrations: migrationNames.slice(0, migrationNames.indexOf(schema) + 1),
        tables,
        sequences: (await snapshot.sequences()).filter(({ sequence }) => known.has(sequence)),
      },
      {
        replace: false,
        feed: (part, destination) => pipeline(snapshot.read(part), destination),
        entry: {
          ...{ who: 'ann', action: 'a', subject: 's', why: 'w', before: null, after: null },
          workflowId: null,
        },
      },
    );
  });
}
