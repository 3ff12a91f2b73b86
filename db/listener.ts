import pg from 'pg';

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;
/** How often the connection is tried, because one whose other end vanished without a word stays silent for ever. */
const PROBE_EVERY_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;

export interface ListenerOptions {
  databaseUrl: string;
  channel: 'changes' | 'events' | 'incident';
  applicationName: string;
  onNotification: (payload: string) => void;
  /** From now on nothing is missed; what was announced before may have been. */
  onListening: () => void;
  /** The connection is over, or could not be made; it is tried again. */
  onLost: (reason: string) => void;
}

export interface Listener {
  close(): Promise<void>;
}

/**
 * Listens on a channel of PostgreSQL with one connection, until it is closed. A lost server is waited for, longer
 * after each try.
 */
export function listen(options: ListenerOptions): Listener {
  let closed = false;
  let client: pg.Client | null = null;
  let endPause = () => {};

  /** Resolves to the reason when the connection is over. */
  const listenOnce = async (): Promise<string> => {
    const current = new pg.Client({
      connectionString: options.databaseUrl,
      connectionTimeoutMillis: PROBE_TIMEOUT_MS,
      query_timeout: PROBE_TIMEOUT_MS,
      keepAlive: true,
      application_name: options.applicationName,
    });
    client = current;
    const over = new Promise<string>((resolve) => {
      current.once('end', () => resolve('the server ended the connection'));
      current.on('error', (error) => resolve(error.message));
    });
    current.on('notification', ({ payload = '' }) => options.onNotification(payload));
    let probe: NodeJS.Timeout | undefined;
    try {
      // Closed while it connects, a client says that it ended and never that it connected.
      const early = await Promise.race([current.connect().then(() => null), over]);
      if (early !== null) return early;
      await current.query(`listen ${options.channel}`);
      options.onListening();
      const broken = new Promise<never>((_, reject) => {
        probe = setInterval(() => current.query('select 1').catch(reject), PROBE_EVERY_MS);
      });
      return await Promise.race([over, broken]);
    } finally {
      clearInterval(probe);
      // The other end may be gone: nobody waits for this goodbye.
      current.end().catch(() => {});
    }
  };

  const run = async () => {
    let retryMs = FIRST_RETRY_MS;
    while (!closed) {
      let reason: string;
      try {
        reason = await listenOnce();
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        reason = (error as Error).message;
      }
      if (closed) return;
      options.onLost(reason);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, retryMs);
        endPause = () => {
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
      endPause();
      client?.end().catch(() => {});
      await finished;
    },
  };
}
