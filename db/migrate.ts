import knexModule, { type Knex } from 'knex';
import pg from 'pg';
import { loadConfig } from '../config.ts';
import { migrationSource, migrationsThrough } from './migrations/index.ts';

const { knex } = knexModule;

/** Any number that nothing else in the database locks on. */
const MIGRATION_LOCK = 5_118_092_341;

/**
 * Brings the schema to the newest version and returns the names of the migrations that ran.
 *
 * @param through the last migration to run, to have the schema as an older version had it
 *
 * Two at once: the second waits for an advisory lock, which vanishes with its connection, so a migration that
 * crashes never leaves the lock row behind that would stop the next one.
 */
export async function migrate(databaseUrl: string, through?: string): Promise<string[]> {
  const lock = new pg.Client({ connectionString: databaseUrl });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await migrateLocked(databaseUrl, through);
  } finally {
    await lock.end();
  }
}

async function migrateLocked(databaseUrl: string, through: string | undefined): Promise<string[]> {
  const database: Knex = knex({ client: 'pg', connection: databaseUrl, pool: { min: 0, max: 2 } });
  try {
    const [, names] = await database.migrate.latest({
      migrationSource: through === undefined ? migrationSource : migrationsThrough(through),
      disableMigrationsListValidation: false,
    });
    return names as string[];
  } finally {
    await database.destroy();
  }
}

if (process.argv[1] === import.meta.filename) {
  const names = await migrate(loadConfig().databaseUrl);
  console.log(names.length === 0 ? 'schema is up to date' : `migrated: ${names.join(', ')}`);
}
