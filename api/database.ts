import { createPool, type Pool } from '../db/pool.ts';

/** A page that waits longer is asked for again anyway. */
const STATEMENT_TIMEOUT_MS = 10_000;

/**
 * What a page asks for is a few rows through an index, and several pages ask at once: pages of the database that lie
 * anywhere cost little more than those in order, and nobody takes the processors of the others.
 */
const PLANNED_FOR = '-c random_page_cost=1.1 -c max_parallel_workers_per_gather=0';

/** Of a page that is looked at now and then. */
const IDLE_MS = 600_000;

/** Handing in an event is one short statement; a job waits for the answer. */
const RECEIVE_TIMEOUT_MS = 5_000;

/** The database as events are handed in: by the rights of the API's role, the one thing it may change. */
export function createReceivePool(databaseUrl: string, onError: (error: Error) => void): Pool {
  const url = new URL(databaseUrl);
  const asked = `-c statement_timeout=${RECEIVE_TIMEOUT_MS}`;
  url.searchParams.set('options', [url.searchParams.get('options'), asked].filter(Boolean).join(' '));
  url.searchParams.set('query_timeout', String(RECEIVE_TIMEOUT_MS + 2_000));
  return createPool(url.href, { max: 4, applicationName: 'smart-etl api receiver', onError });
}

/**
 * The database as the API uses it: reading only, and no statement for long.
 *
 * Both are asked of the server in the connection's start-up options, so that they hold from the first statement.
 * `query_timeout` is the client's own, for a server that has stopped answering altogether.
 */
export function createReadPool(databaseUrl: string, onError: (error: Error) => void): Pool {
  const url = new URL(databaseUrl);
  const asked = `-c default_transaction_read_only=on -c statement_timeout=${STATEMENT_TIMEOUT_MS} ${PLANNED_FOR}`;
  url.searchParams.set('options', [url.searchParams.get('options'), asked].filter(Boolean).join(' '));
  url.searchParams.set('query_timeout', String(STATEMENT_TIMEOUT_MS + 2_000));
  return createPool(url.href, { max: 6, applicationName: 'smart-etl api', onError, idleMs: IDLE_MS });
}
