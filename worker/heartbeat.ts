import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { readBeats } from '../db/detect/part-beats.ts';
import type { Pool } from '../db/pool.ts';
import { STILL_LIMITS_MS, standingStill, standstillText, type Watched } from '../models/detect/standstill.ts';
import { AddressRefused, createOutgoing, type Outgoing } from '../services/outgoing.ts';
import type * as workflows from '../workflows/index.ts';
import { TASK_QUEUES, workflowIds } from '../workflows/names.ts';

const EVERY_MS = 60_000;
const TIMEOUT_MS = 10_000;

/** What has to move for all to be well. */
export const watchedParts = (sources: Config['sources']): Watched[] => [
  ...Object.values(TASK_QUEUES).map((queue) => ({ part: `queue/${queue}`, withinMs: STILL_LIMITS_MS.queue })),
  { part: 'detect', withinMs: STILL_LIMITS_MS.detect },
  ...['events', ...sources.map(({ name }) => name)].map((name) => ({
    part: `collect/${name}`,
    withinMs: STILL_LIMITS_MS.collect,
  })),
];

export interface HeartbeatOptions {
  /** As of healthchecks.io: the address is pinged while all is well, with `/fail` when not. */
  url: string;
  pool: Pool;
  sources: Config['sources'];
  logger: Pick<Logger, 'warn'>;
  /** Has every queue show that it is worked on. */
  pulse: () => Promise<void>;
  outgoing?: Outgoing;
  now?: () => number;
}

/** Starts a pulse, unless one is under way. */
export const pulseOf = (client: Client) => async (): Promise<void> => {
  await client.workflow.start('pulse' satisfies keyof typeof workflows, {
    workflowId: workflowIds.pulse,
    taskQueue: TASK_QUEUES.control,
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'Show that every queue is worked on',
  });
};

/**
 * Tells somebody outside, every minute, that collection, detection and every queue have really moved; when one stands
 * still, which. When nothing is heard out there any more, this machine is down.
 */
export function startHeartbeat(options: HeartbeatOptions): { beat(): Promise<void>; close(): Promise<void> } {
  const { url, pool, sources, logger, pulse, outgoing = createOutgoing(), now = Date.now } = options;
  const sinceMs = now();
  const watched = watchedParts(sources);
  let beating: Promise<void> = Promise.resolve();

  /** null: all is well. */
  async function problem(): Promise<string | null> {
    try {
      const still = standingStill(watched, await readBeats(pool), sinceMs, now());
      return still.length === 0 ? null : standstillText(still);
    } catch (error) {
      return `PostgreSQL does not answer: ${(error as NodeJS.ErrnoException).code ?? (error as Error).name}`;
    }
  }
  async function beat(): Promise<void> {
    await pulse().catch((error: Error) => logger.warn({ reason: error.message }, 'no pulse'));
    const said = await problem();
    if (said !== null) logger.warn({ said }, 'something stands still');
    try {
      const address = new URL(url);
      if (said !== null) address.pathname = `${address.pathname.replace(/\/$/, '')}/fail`;
      const response = await outgoing(address, {
        method: 'POST',
        body: said ?? 'ok',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      if (!response.ok) logger.warn({ status: response.status }, 'the heartbeat was not accepted');
    } catch (error) {
      // Its address is a secret: whoever knows it can say that all is well.
      const { code, name, message } = error as NodeJS.ErrnoException;
      const reason = error instanceof AddressRefused ? message : (code ?? name);
      logger.warn({ reason }, 'the heartbeat could not be sent');
    }
  }
  const timer = setInterval(() => {
    beating = beating.then(beat);
  }, EVERY_MS);
  return {
    beat,
    async close() {
      clearInterval(timer);
      await beating;
    },
  };
}
