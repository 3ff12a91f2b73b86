import pg from 'pg';
import { endLostConnections, SILENT_TRANSACTION_MS } from './lost-connections.ts';

// bigint arrives as text by default. All ours are counts, milliseconds and 52-bit ids: exact in a double.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a JavaScript number`);
  return value;
});

export type Pool = pg.Pool;
/** What a query needs: the pool, or a client inside a transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

interface PoolOptions {
  /** Connections at most. */
  max?: number;
  /** Called with errors of idle connections; a lost server is no reason to die. */
  onError?: (error: Error) => void;
  applicationName?: string;
  /** After so long without work a connection is closed; a new one has to learn of every month of runs again. */
  idleMs?: number;
}

/**
 * Opens a pool. Every wait is bounded: connecting 5 s, a statement 10 min (a large load is one statement), a statement
 * whose connection was lost without a word under a minute.
 */
export function createPool(databaseUrl: string, options: PoolOptions = {}): Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max ?? 8,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: options.idleMs ?? 30_000,
    query_timeout: 600_000,
    idle_in_transaction_session_timeout: SILENT_TRANSACTION_MS,
    keepAlive: true,
    application_name: options.applicationName ?? 'smart-etl',
  });
  const report = options.onError ?? (() => {});
  pool.on('error', report);
  // A server that dies under a client in use tells the client, not the pool; unheard, it ends the process.
  pool.on('connect', (client) => client.on('error', report));
  endLostConnections(pool);
  return pool;
}

/**
 * A pool like another one, whose unqualified names mean tables of `schema` first. Its caller ends it.
 */
export function createSchemaPool(pool: Pool, schema: string): Pool {
  return createLike(pool, { max: 2, options: `-c search_path=${schema},public` });
}

/**
 * A pool of `max` connections like those of another one, with settings of PostgreSQL of their own (`{ jit: 'off' }`).
 * Its caller ends it.
 */
export const createSiblingPool = (
  pool: Pool,
  max: number,
  settings: Readonly<Record<string, string>> = {},
): Pool => {
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  return createLike(pool, { max, ...(options.length > 0 && { options: options.join(' ') }) });
};

function createLike(pool: Pool, changes: pg.PoolConfig): Pool {
  const own = new pg.Pool({ ...pool.options, ...changes });
  own.on('error', () => {});
  own.on('connect', (client) => client.on('error', () => {}));
  endLostConnections(own);
  return own;
}

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws.
 *
 * The client of a failed transaction is destroyed rather than reused, so nobody inherits a broken one.
 */
export async function withTransaction<T>(
  pool: Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    client.release(failure);
  }
}

/** Wakes those who listen on `changes` (the live page) when the transaction commits. */
export async function announceChange(client: Queryable, topic: string): Promise<void> {
  await client.query(`select pg_notify('changes', $1)`, [topic]);
}
