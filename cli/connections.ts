import type { Client } from '@temporalio/client';
import type { Config } from '../config.ts';
import { createPool, type Pool } from '../db/pool.ts';
import { BadTemporalSetting } from '../services/bad-temporal-setting.ts';
import { connectTemporal } from '../services/temporal-link.ts';

/** PostgreSQL, Temporal or MinIO does not answer: exit code 4. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

const CONNECT_TIMEOUT_MS = 5_000;

export interface Connections {
  pool: Pool;
  temporal: Client;
}

/**
 * Connects to the database alone for as long as `work` takes.
 *
 * @throws Unreachable with a sentence that says what to do.
 */
export async function withDatabase<T>(config: Config, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool(config.databaseUrl, { max: 2, applicationName: 'smart-etl-cli' });
  try {
    await pool.query('select 1').catch((error: Error) => {
      throw new Unreachable(`PostgreSQL does not answer (${error.message}): is \`smart-etl up\` running?`);
    });
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/**
 * Connects to database and Temporal for as long as `work` takes.
 *
 * @throws Unreachable with a sentence that says what to do; BadTemporalSetting, which trying again does not cure.
 */
export function withConnections<T>(config: Config, work: (open: Connections) => Promise<T>): Promise<T> {
  return withDatabase(config, async (pool) => {
    const { connection, client } = await connectTemporal(config, CONNECT_TIMEOUT_MS).catch(
      (error: unknown) => {
        if (error instanceof BadTemporalSetting) throw error;
        throw new Unreachable(
          `Temporal does not answer at ${config.temporalAddress}: is \`smart-etl up\` running?`,
        );
      },
    );
    try {
      return await work({ pool, temporal: client });
    } finally {
      await connection.close();
    }
  });
}
