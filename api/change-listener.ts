import pg from 'pg';
import type { Logger } from 'pino';
import { CHANGE_TOPICS, type ChangeTopic } from './contract.ts';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;
/** How often the connection is tried, because one whose other end vanished without a word stays silent for ever. */
const PROBE_EVERY_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;

interface ListenerOptions {
  databaseUrl: string;
  log: Logger;
  onChange: (topic: ChangeTopic) => void;
  /** Called when the database comes or goes. */
  onReachable: (reachable: boolean) => void;
}

export interface ChangeListener {
  close(): Promise<void>;
}

const isTopic = (text: string): text is ChangeTopic => (CHANGE_TOPICS as readonly string[]).includes(text);

/**
 * Listens on PostgreSQL's channel `changes` with one connection, for as long as the process lives.
 *
 * A lost server is waited for, longer after each try. What was announced meanwhile is lost (NOTIFY keeps nothing), so
 * after coming back every topic counts as changed.
 */
export function listenForChanges(options: ListenerOptions): ChangeListener {
  let closed = false;
  let client: pg.Client | null = null;
  let wake = () => {};
  let reachable: boolean | null = null;

  const tell = (now: boolean) => {
    if (reachable === now || closed) return;
    reachable = now;
    options.onReachable(now);
    if (now) for (const topic of CHANGE_TOPICS) options.onChange(topic);
  };

  /** Resolves when the connection is over. */
  const listenOnce = async (): Promise<void> => {
    const current = new pg.Client({
      connectionString: options.databaseUrl,
      connectionTimeoutMillis: 5_000,
      query_timeout: PROBE_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'smart-etl api listener',
    });
    client = current;
    const over = new Promise<void>((resolve) => {
      current.once('end', resolve);
      current.on('error', (error) => {
        options.log.warn({ reason: error.message }, 'the listening connection was lost');
        resolve();
      });
    });
    current.on('notification', ({ payload = '' }) => {
      if (isTopic(payload)) options.onChange(payload);
      else options.log.warn({ payload }, `a change was announced on an unknown topic`);
    });
    let probe: NodeJS.Timeout | undefined;
    try {
      await current.connect();
      await current.query('listen changes');
      tell(true);
      const broken = new Promise<never>((_, reject) => {
        probe = setInterval(() => current.query('select 1').catch(reject), PROBE_EVERY_MS);
      });
      await Promise.race([over, broken]);
    } finally {
      clearInterval(probe);
      // The other end may be gone: nobody waits for this goodbye.
      current.end().catch(() => {});
    }
  };

  const run = async () => {
    let retryMs = FIRST_RETRY_MS;
    while (!closed) {
      try {
        await listenOnce();
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        options.log.debug({ reason: (error as Error).message }, 'cannot listen for changes');
      }
      tell(false);
      if (closed) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, retryMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    }
  };
  const finished = run();

  return {
    async close() {
      closed = true;
      wake();
      client?.end().catch(() => {});
      await finished;
    },
  };
}
