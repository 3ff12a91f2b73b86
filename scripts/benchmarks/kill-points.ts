/**
 * Finds the moment in which the worker is at a named point of its work, without a hook in the product: a lock on a
 * table holds it where it next writes to that table, what sessions are doing tells when it is there, and a
 * notification tells that it has just committed.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Point } from './kill-plan.ts';

/** The worker is at the point and stays there until `release`. */
export interface Reached {
  /** The session that is at the point; null when it has left. */
  sessionPid: number | null;
  release(): Promise<void>;
}

interface Held {
  /** Held at this point first: the lock would stop the worker too early if it were there from the beginning. */
  after?: NamedPoint;
  /** There is something to be held only once this finds a row: held earlier, the worker would not come that far. */
  once?: string;
  table: 'file' | 'run' | 'incident' | 'notification';
  /** Allows reading, and what comes before the point. */
  mode: 'share' | 'exclusive';
  /** What the session is stopped in. */
  statement: string;
}

export type NamedPoint = Exclude<Point, 'any-moment'>;

/** Points at which the worker writes to a table. */
const HELD: Partial<Record<Point, Held>> = {
  'after-storing': { table: 'file', mode: 'share', statement: '^\\s*insert into file' },
  'during-merge': {
    table: 'run',
    mode: 'share',
    statement: 'insert into run|update run|finish_month',
  },
  'before-commit': { after: 'during-merge', table: 'file', mode: 'share', statement: '^\\s*update file' },
  'while-detecting': { table: 'incident', mode: 'exclusive', statement: 'incident' },
  'while-sending': {
    once: `select from notification where state = 'pending'`,
    table: 'notification',
    mode: 'share',
    statement: '^\\s*update notification',
  },
};

const WORKER_SESSIONS = `datname = current_database() and application_name = 'smart-etl-worker'`;
const LOOK_EVERY_MS = 3;
const LOCK_LIMIT_MS = 5_000;

/**
 * Waits until the worker is at a point.
 *
 * @param databaseUrl of a role that sees what others are doing and may lock everything
 * @returns null when it does not come there in the time given
 */
export async function reachPoint(
  databaseUrl: string,
  point: NamedPoint,
  limitMs: number,
): Promise<Reached | null> {
  const endAt = performance.now() + limitMs;
  const open: pg.Client[] = [];
  const connect = async () => {
    const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
    client.on('error', () => {});
    open.push(client);
    await client.connect();
    return client;
  };
  const release = async () => {
    await Promise.all(open.splice(0).map((client) => client.end().catch(() => {})));
  };
  try {
    if (point === 'after-commit') {
      if (await nextCommit(await connect(), endAt)) return { sessionPid: null, release };
    } else {
      const sessionPid = await stopped(connect, HELD[point], endAt);
      if (sessionPid !== null) return { sessionPid, release };
    }
  } catch (error) {
    // The database may be recovering from the kill before: then the point is not reached. A mistake of ours (class
    // 42 of the SQL standard) is not taken for that.
    if (String((error as { code?: string }).code).startsWith('42')) throw error;
  }
  await release();
  return null;
}

/** The session that is stopped where `held` says, or that copies. */
async function stopped(
  connect: () => Promise<pg.Client>,
  held: Held | undefined,
  endAt: number,
): Promise<number | null> {
  const looking = await connect();
  if (held === undefined) return nextSession(looking, `state = 'active' and query ~* '^\\s*copy'`, endAt);
  const earlier = held.after && (await connect());
  if (earlier) {
    const before = HELD[held.after!]!;
    if (!(await hold(earlier, before, endAt))) return null;
    if ((await nextSession(looking, stoppedIn(before), endAt)) === null) return null;
  }
  if (!(await hold(await connect(), held, endAt))) return null;
  await earlier?.query('rollback');
  return nextSession(looking, stoppedIn(held), endAt);
}

const stoppedIn = ({ statement }: Held): string => `wait_event_type = 'Lock' and query ~* '${statement}'`;

/** Takes the lock; false when there was nothing to hold in the time given. */
async function hold(client: pg.Client, { once, table, mode }: Held, endAt: number): Promise<boolean> {
  while (once !== undefined && (await client.query(once)).rowCount === 0) {
    if (performance.now() > endAt) return false;
    await pause(LOOK_EVERY_MS);
  }
  await client.query('begin');
  await client.query(`set local lock_timeout = ${LOCK_LIMIT_MS}`);
  await client.query(`lock table ${table} in ${mode} mode`);
  return true;
}

async function nextSession(client: pg.Client, condition: string, endAt: number): Promise<number | null> {
  const sql = `select pid from pg_stat_activity where ${WORKER_SESSIONS} and ${condition} limit 1`;
  while (performance.now() < endAt) {
    const { rows } = await client.query<{ pid: number }>(sql);
    if (rows[0]) return rows[0].pid;
    await pause(LOOK_EVERY_MS);
  }
  return null;
}

/** True as soon as a load is committed: loads announce themselves, and what is announced comes with the commit. */
async function nextCommit(client: pg.Client, endAt: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  client.on('notification', ({ payload }) => payload === 'runs' && resolve(true));
  client.on('end', () => resolve(false));
  await client.query('listen changes');
  const timer = setTimeout(() => resolve(false), endAt - performance.now());
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** Any session of the worker. */
export async function anySession(databaseUrl: string): Promise<number | null> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return await nextSession(client, 'true', performance.now() + 1_000);
  } catch {
    return null;
  } finally {
    await client.end().catch(() => {});
  }
}
