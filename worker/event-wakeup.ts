import { type Client, ScheduleNotFoundError } from '@temporalio/client';
import type { Logger } from 'pino';
import { type Listener, listen } from '../db/listener.ts';
import type * as workflows from '../workflows/index.ts';
import { EVENT_ARRIVED, scheduleIds, TASK_QUEUES, workflowIds } from '../workflows/names.ts';

/** Events that come together are collected together. */
const GATHER_MS = 100;

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
export function wakeOnEvents({ databaseUrl, client, logger }: WakeupOptions): Listener {
  let closed = false;
  let gathering: NodeJS.Timeout | undefined;

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

  const listener = listen({
    databaseUrl,
    channel: 'events',
    applicationName: 'smart-etl-worker listener',
    onNotification: wake,
    // What came before anybody listened.
    onListening: wake,
    onLost: (reason) => logger.debug({ reason }, 'cannot listen for events'),
  });

  return {
    async close() {
      closed = true;
      clearTimeout(gathering);
      await listener.close();
    },
  };
}
