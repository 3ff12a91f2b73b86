import { createPool, type Pool } from '../db/pool.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

/** A database without any table, to which nobody is connected, so that it may be restored into. */
export async function withEmptyDatabase<T>(work: (database: TestDatabase) => Promise<T>): Promise<T> {
  const database = await createTestDatabase('template0');
  try {
    return await work(database);
  } finally {
    await database.drop();
  }
}

/** Connects as the owner and leaves again. */
export async function withPool<T>(database: TestDatabase, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool(database.url, { max: 2, applicationName: 'test' });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
