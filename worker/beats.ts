import type { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor, ActivityInterceptorsFactory } from '@temporalio/worker';
import { saveBeats } from '../db/detect/part-beats.ts';
import type { Pool } from '../db/pool.ts';

const FLUSH_MS = 10_000;
/** Longer than any activity may take: one that is longer under way no longer shows that its queue moves. */
const LONGEST_MS = 3_600_000;

/** Notes which parts of the system really move, by the activities that are done. */
export interface Beats {
  interceptor: ActivityInterceptorsFactory;
  /** Writes down what was noted. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** What an activity that was done shows to move, beside its queue. */
function partOf(activity: string, input: unknown): string | null {
  if (activity === 'detect' || activity === 'detectFailures') return 'detect';
  if (activity === 'packEvents') return 'collect/events';
  const { source } = (input ?? {}) as { source?: unknown };
  const collects = activity === 'storeFiles' || activity === 'listPendingFiles';
  return collects && typeof source === 'string' ? `collect/${source}` : null;
}

/** @param onError what could not be written down is written with the next */
export function createBeats(
  pool: Pool,
  onError: (error: Error) => void,
  now: () => number = Date.now,
): Beats {
  const noted = new Map<string, number>();
  const underWay = new Set<{ queue: string; startedMs: number }>();

  const interceptor = (context: Context): { inbound: ActivityInboundCallsInterceptor } => ({
    inbound: {
      async execute(input, next) {
        const { taskQueue, activityType } = context.info;
        const work = { queue: `queue/${taskQueue}`, startedMs: now() };
        underWay.add(work);
        try {
          const result = await next(input);
          noted.set(work.queue, now());
          const part = partOf(activityType, input.args[0]);
          if (part !== null) noted.set(part, now());
          return result;
        } finally {
          underWay.delete(work);
        }
      },
    },
  });

  async function flush(): Promise<void> {
    for (const { queue, startedMs } of underWay) {
      if (now() - startedMs < LONGEST_MS) noted.set(queue, now());
    }
    if (noted.size === 0) return;
    const written = new Map(noted);
    await saveBeats(pool, written);
    for (const [part, ms] of written) if (noted.get(part) === ms) noted.delete(part);
  }
  const timer = setInterval(() => void flush().catch(onError), FLUSH_MS);
  return {
    interceptor,
    flush,
    async close() {
      clearInterval(timer);
      await flush().catch(onError);
    },
  };
}
