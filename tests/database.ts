import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { createPool, type Pool } from '../db/pool.ts';

export interface TestDatabase {
  /** As the owner, who may do everything in it. */
  url: string;
  writerUrl: string;
  readerUrl: string;
  grafanaUrl: string;
  /** As the API, which also knows who comes in. */
  apiUrl: string;
  /** As the owner. */
  pool: Pool;
  drop(): Promise<void>;
}

/** Copies of the template are made one at a time: it may have no other visitor meanwhile. */
const TEMPLATE_LOCK = 7_301_114;

/**
 * A database of its own for a test file: a copy of the one that was migrated at the start, or one without any table.
 */
export async function createTestDatabase(
  template: 'smart_etl' | 'template0' = 'smart_etl',
): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administrate(async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    await client.query(`create database ${name} template ${template} owner smart_etl_owner`);
  });
  const urlOf = (template: string): string => {
    const url = new URL(template);
    url.pathname = `/${name}`;
    return url.href;
  };
  const url = urlOf(inject('postgresOwnerUrl'));
  const pool = createPool(url, { max: 4, applicationName: 'test' });
  return {
    url,
    writerUrl: urlOf(inject('postgresWriterUrl')),
    readerUrl: urlOf(inject('postgresReaderUrl')),
    grafanaUrl: urlOf(inject('postgresGrafanaUrl')),
    apiUrl: urlOf(inject('postgresApiUrl')),
    pool,
    async drop() {
      await pool.end();
      await administrate((client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

/** Starts the audit log anew, as an owner can who takes its guard away. */
export const emptyAuditLog = (pool: Pool): Promise<unknown> =>
  pool.query(`alter table audit_log disable trigger user; truncate audit_log; alter table audit_log enable trigger user;
    update audit_head set id = 0, hash = repeat('0', 64)`);

async function administrate(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
