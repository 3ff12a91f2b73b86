import { type Client, ScheduleNotFoundError } from '@temporalio/client';
import pg from 'pg';
import type { Logger } from 'pino';
import type * as workflows from '../workflows/index.ts';
import { EVENT_ARRIVED, scheduleIds, TASK_QUEUES, workflowIds } from '../workflows/names.ts';

/** Events that come together are collected together. */
const GATHER_MS = 100;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;
/** How often the connection is tried, because one whose other end vanished without a word stays silent for ever. */
const PROBE_EVERY_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;

interface WakeupOptions {
  databaseUrl: string;
  client: Client;
  logger: Logger;
}

/**
 * Starts a collection of events when one arrives, instead of at the next poll.
 *
 * One that runs already is told to look again, because the event may have come after its last look. When the
 * connection is lost the schedule goes on polling; while somebody has paused the schedule nothing is started.
 */
export function wakeOnEvents({ databaseUrl, client, logger }: WakeupOptions): { close(): Promise<void> } {
  let closed = false;
  let listener: pg.Client | null = null;
  let gathering: NodeJS.Timeout | undefined;
  let endPause = () => {};

  const collect = async () => {
    gathering = undefined;
    try {
      const schedule = client.schedule.getHandle(scheduleIds.collectEvents);
      if ((await schedule.describe()).state.paused) return;
      await client.workflow.signalWithStart('collectEvents' satisfies keyof typeof workflows, {
        workflowId: workflowIds.collectEvents,
        taskQueue: TASK_QUEUES.control,
        signal: EVENT_ARRIVED,
        staticSummary: 'Collect what jobs just told over HTTP',
      });
    } catch (error) {
      // Before the first set-up there is no schedule; whatever else it is, the next poll collects.
      if (!closed && !(error instanceof ScheduleNotFoundError)) {
        logger.warn({ reason: (error as Error).message }, 'could not start a collection of events');
      }
    }
  };
  const wake = () => {
    gathering ??= setTimeout(collect, GATHER_MS);
  };

  /** Resolves or rejects when the connection is over. */
  const listenOnce = async (): Promise<void> => {
    const current = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: PROBE_TIMEOUT_MS,
      query_timeout: PROBE_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'smart-etl-worker listener',
    });
    listener = current;
    const over = new Promise<void>((resolve) => {
      current.once('end', resolve);
      current.on('error', () => resolve());
    });
    current.on('notification', wake);
    let probe: NodeJS.Timeout | undefined;
    try {
      await current.connect();
      await current.query('listen events');
      // What came before anybody listened.
      wake();
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
        logger.debug({ reason: (error as Error).message }, 'cannot listen for events');
      }
      if (closed) return;
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
      clearTimeout(gathering);
      endPause();
      listener?.end().catch(() => {});
      await finished;
    },
  };
}
