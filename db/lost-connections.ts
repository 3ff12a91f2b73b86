/**
 * Finds queries whose answer can no longer come, because their connection is gone and nobody was told: a firewall that
 * forgot it, a server that lost its power. TCP itself takes a quarter of an hour to notice.
 *
 * A statement may take minutes, so silence alone says nothing. The server is asked over another connection what that
 * session does: one that is no more, waits for the next statement or waits for bytes that were sent long ago will not
 * answer.
 */
import type { Socket } from 'node:net';
import pg from 'pg';

/**
 * A transaction of ours that says nothing for so long is ended by the server, with its locks: its process is frozen, or was
 * cut off. One that is only waiting for something else (an original, other connections of the same load) says that it
 * is alive far more often.
 */
export const SILENT_TRANSACTION_MS = 45_000;
const ALIVE_EVERY_MS = 10_000;
/** How often clients at work are looked at. */
const LOOK_EVERY_MS = 5_000;
/** Without a byte for so long, the server is asked. */
const QUIET_MS = 8_000;
const ASK_TIMEOUT_MS = 5_000;
/** A server that does not take a connection for so long does not answer the ones it had either. */
const UNREACHABLE_MS = 25_000;

/** What a client of `pg` knows about itself. */
interface Inside {
  processID: number | null;
  /** False while an answer is awaited. */
  readyForQuery: boolean;
  connection: { stream: Socket };
}

interface Observed {
  /** That have passed, either way. */
  bytes: number;
  quietSince: number;
  /** The server has said once that no answer is to come: once may be a moment before it arrives. */
  suspected: boolean;
}

/** Ends the clients of a pool whose query will not be answered: the query fails, and can be tried again. */
export function endLostConnections(pool: pg.Pool): void {
  const atWork = new Map<pg.PoolClient, Observed>();
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let unreachableSince: number | null = null;

  const look = async (): Promise<void> => {
    for (const [client, observed] of atWork) observe(inside(client), observed);
    for (const [client, observed] of atWork) if (isWaiting(client, observed)) sayAlive(client);
    const quiet = [...atWork].filter(([client, observed]) => isUnanswered(inside(client), observed));
    if (quiet.length === 0) return;
    const silent = await askAbout(
      pool,
      quiet.map(([client]) => inside(client).processID!),
    );
    unreachableSince = silent === 'unreachable' ? (unreachableSince ?? performance.now()) : null;
    const unreachable = unreachableSince !== null && performance.now() - unreachableSince >= UNREACHABLE_MS;
    for (const [client, observed] of quiet) {
      observe(inside(client), observed);
      if (atWork.get(client) !== observed || !isUnanswered(inside(client), observed)) continue;
      const lost = silent instanceof Set && silent.has(inside(client).processID!);
      if (unreachable || (lost && observed.suspected)) {
        const reason = unreachable ? 'the server does not answer' : 'the server knows nothing of the query';
        inside(client).connection.stream.destroy(new Error(`lost a connection to PostgreSQL: ${reason}`));
        atWork.delete(client);
      } else observed.suspected = lost;
    }
  };
  const leave = (client: pg.PoolClient) => {
    atWork.delete(client);
    if (atWork.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    unreachableSince = null;
  };
  pool.on('acquire', (client) => {
    atWork.set(client, { bytes: -1, quietSince: 0, suspected: false });
    timer ??= setInterval(() => {
      if (looking) return;
      looking = true;
      look().finally(() => {
        looking = false;
      });
    }, LOOK_EVERY_MS).unref();
  });
  pool.on('release', (_error, client) => leave(client));
  pool.on('remove', leave);
}

const inside = (client: pg.PoolClient): Inside => client as unknown as Inside;

/** Notes since when no byte has passed. */
function observe({ connection }: Inside, observed: Observed): void {
  const bytes = connection.stream.bytesRead + connection.stream.bytesWritten;
  if (bytes === observed.bytes) return;
  Object.assign(observed, { bytes, quietSince: performance.now(), suspected: false });
}

const isUnanswered = ({ readyForQuery, processID }: Inside, { quietSince }: Observed): boolean =>
  !readyForQuery && processID !== null && performance.now() - quietSince >= QUIET_MS;

/** In a transaction whose owner has had nothing to say for a while. */
const isWaiting = (client: pg.PoolClient, { quietSince }: Observed): boolean =>
  inside(client).readyForQuery &&
  client.getTransactionStatus() === 'T' &&
  performance.now() - quietSince >= ALIVE_EVERY_MS;

/** Its failure is that of the owner's next statement. */
const sayAlive = (client: pg.PoolClient): unknown => client.query('select').catch(() => {});

/**
 * Which of these sessions will not answer. A session that sends is not among them: its reader may be the slow one.
 *
 * @returns `unknown` when the server answers, but of other sessions than ours (a pooler in between) or only with an error
 */
async function askAbout(
  { options }: pg.Pool,
  pids: readonly number[],
): Promise<Set<number> | 'unknown' | 'unreachable'> {
  const { connectionString, ssl, host, port, user, password, database } = options;
  const client = new pg.Client({
    ...(connectionString === undefined
      ? { host, port, user, password, database }
      : { connectionString: withoutTimeouts(connectionString) }),
    ...(ssl !== undefined && { ssl }),
    connectionTimeoutMillis: ASK_TIMEOUT_MS,
    query_timeout: ASK_TIMEOUT_MS,
    application_name: 'smart-etl lost connections',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ self: number; waiting: number[] }>(
      `select pg_backend_pid() as self, array(
         select pid from pg_stat_activity where pid = any($1) and state = 'active' and wait_event is distinct from 'ClientRead'
           or pid = any($1) and state is null
       ) as waiting`,
      [pids],
    );
    const { self, waiting } = rows[0]!;
    if (self !== (client as unknown as Inside).processID) return 'unknown';
    return new Set(pids.filter((pid) => !waiting.includes(pid)));
  } catch (error) {
    // Five characters: the server itself has answered, with a refusal.
    return /^[0-9A-Z]{5}$/.test(String((error as { code?: string }).code)) ? 'unknown' : 'unreachable';
  } finally {
    // Nobody waits for its goodbye.
    client.end().catch(() => {});
  }
}

/** `query_timeout` in an address would go before ours. */
function withoutTimeouts(connectionString: string): string {
  const url = new URL(connectionString);
  url.searchParams.delete('query_timeout');
  return url.href;
}
