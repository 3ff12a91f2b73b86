import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Logger } from 'pino';
import { livingIncidents, stillLiving } from '../db/detect/incident-life.ts';
import { unfinishedReruns } from '../db/detect/reruns.ts';
import { type Listener, listen } from '../db/listener.ts';
import { createPool } from '../db/pool.ts';
import type * as workflows from '../workflows/index.ts';
import { INCIDENT_CHANGED, RUNS_KNOWN, TASK_QUEUES, workflowIds } from '../workflows/names.ts';

/** Changes that come together are told together. */
const GATHER_MS = 100;
/** What was announced while nobody listened is found by looking, so often. */
const LOOK_MS = 60_000;

interface WakeupOptions {
  databaseUrl: string;
  client: Client;
  logger: Logger;
}

/**
 * Tells the workflow of an incident when something of it changed, and starts it where it has none; tells re-runs when
 * runs were loaded. What is missed while a connection is lost is made up for when it is back, and every minute.
 */
export function wakeLives({ databaseUrl, client, logger }: WakeupOptions): { close(): Promise<void> } {
  const pool = createPool(databaseUrl, {
    max: 1,
    applicationName: 'smart-etl-worker lives',
    onError: (error) => logger.debug({ reason: error.message }, 'lost a database connection'),
  });
  let closed = false;
  const changed = new Set<number>();
  let runsLoaded = false;
  let gathering: NodeJS.Timeout | undefined;
  let telling: Promise<void> = Promise.resolve();

  const tell = async () => {
    const told = [...changed];
    changed.clear();
    // A message about an end leaves after the life is over: nobody is to be started for it.
    const ids = told.length === 0 ? [] : await stillLiving(pool, told);
    const reruns = runsLoaded ? await unfinishedReruns(pool) : [];
    runsLoaded = false;
    for (const id of ids) {
      await client.workflow.signalWithStart('incident' satisfies keyof typeof workflows, {
        workflowId: workflowIds.incident(id),
        taskQueue: TASK_QUEUES.control,
        args: [{ id }],
        signal: INCIDENT_CHANGED,
        staticSummary: `Life of incident ${id}`,
      });
    }
    for (const workflowId of reruns) {
      await client.workflow
        .getHandle(workflowId)
        .signal(RUNS_KNOWN)
        .catch((error: unknown) => {
          // Somebody terminated it: nobody waits any more.
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        });
    }
  };
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!closed)
        logger.warn({ reason: (error as Error).message }, 'lives of incidents wait for the next look');
    }
  };
  const soon = () => {
    gathering ??= setTimeout(() => {
      gathering = undefined;
      telling = telling.then(() => attempt(tell));
    }, GATHER_MS);
  };
  const look = (which: 'all' | 'forgotten') =>
    attempt(async () => {
      for (const id of await livingIncidents(pool, which)) changed.add(id);
      runsLoaded = which === 'all' || runsLoaded;
      if (changed.size > 0 || runsLoaded) soon();
    });

  const listenTo = (channel: 'incident' | 'changes', onNotification: (payload: string) => void): Listener =>
    listen({
      databaseUrl,
      channel,
      applicationName: `smart-etl-worker ${channel}`,
      onNotification,
      onListening: () => void look('all'),
      onLost: (reason) => logger.debug({ reason, channel }, 'cannot listen'),
    });
  const listeners = [
    listenTo('incident', (payload) => {
      const id = Number(payload);
      if (!Number.isSafeInteger(id)) return;
      changed.add(id);
      soon();
    }),
    listenTo('changes', (topic) => {
      if (topic !== 'runs') return;
      runsLoaded = true;
      soon();
    }),
  ];
  const timer = setInterval(() => void look('forgotten'), LOOK_MS);

  return {
    async close() {
      closed = true;
      clearInterval(timer);
      clearTimeout(gathering);
      await Promise.all(listeners.map((listener) => listener.close()));
      await telling;
      await pool.end();
    },
  };
}
