import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createActivities } from '../activities/index.ts';
import type { RunningApi } from '../api/server.ts';
import { loadConfig } from '../config.ts';
import { type ActivityStage, openActivityStage } from '../tests/activity-stage.ts';
import { startTestApi } from '../tests/api.ts';
import { openWorkflowStage, type WorkflowStage } from '../tests/workflow-stage.ts';
import { scheduleIds } from '../workflows/names.ts';
import { wakeOnEvents } from './event-wakeup.ts';
import { ensureSchedules } from './schedules.ts';

const KEY = 'the-ping_key-of-this-test';
/** Far less than the 30 s of the schedule, far more than it takes. */
const SOON_MS = 12_000;

let stage: ActivityStage;
let temporal: WorkflowStage;
let api: RunningApi;
beforeAll(async () => {
  [stage, temporal] = await Promise.all([openActivityStage(), openWorkflowStage()]);
  api = await startTestApi({ databaseUrl: stage.database.readerUrl, pingKey: KEY });
  await ensureSchedules(temporal.client, { ...loadConfig({}), sources: [] });
});
afterAll(async () => {
  await api?.close();
  await Promise.all([stage?.close(), temporal?.close()]);
});

async function whenSeen(condition: string, values: unknown[]): Promise<void> {
  const client = await stage.database.pool.connect();
  try {
    // Every load announces itself; what was committed before anybody listened is looked for first.
    await client.query('listen changes');
    const deadline = Date.now() + SOON_MS;
    for (;;) {
      const { rowCount } = await client.query(
        `select from run_latest join job on job.id = job_id where ${condition}`,
        values,
      );
      if (rowCount! > 0) return;
      if (Date.now() > deadline) throw new Error(`not seen within ${SOON_MS} ms: ${condition} ${values}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, SOON_MS);
        client.once('notification', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  } finally {
    client.release(true);
  }
}

/** As a restart of the server does. */
async function cutListeners(): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await admin.connect();
  try {
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'smart-etl-worker listener' and datname = $1`,
      [new URL(stage.database.url).pathname.slice(1)],
    );
  } finally {
    await admin.end();
  }
}

describe('an event that arrives', () => {
  it('is seen as a run long before the next poll, and nothing is lost while nobody listens', async () => {
    const open = () =>
      wakeOnEvents({
        databaseUrl: stage.database.writerUrl,
        client: temporal.client,
        logger: pino({ level: 'silent' }),
      });
    const activities = createActivities(stage.dependencies);
    await temporal.withActivities(activities as never, async () => {
      let wakeup = open();
      const tookMs: number[] = [];
      for (const [signal, status] of [
        ['start', 'running'],
        ['1', 'failed'],
        ['start', 'running'],
        ['0', 'succeeded'],
      ]) {
        const before = Date.now();
        expect((await fetch(`${api.url}/ping/${KEY}/job-${tookMs.length >> 1}/${signal}`)).status).toBe(200);
        await whenSeen('name = $1 and status = $2', [`job-${tookMs.length >> 1}`, status]);
        tookMs.push(Date.now() - before);
      }
      console.info(`from the answer to the row: ${tookMs.join(', ')} ms`);

      // It comes back by itself.
      await cutListeners();
      await fetch(`${api.url}/ping/${KEY}/after-cut`);
      await whenSeen('name = $1', ['after-cut']);
      await wakeup.close();

      await fetch(`${api.url}/ping/${KEY}/unheard`);
      wakeup = open();
      await whenSeen('name = $1', ['unheard']);

      await wakeup.close();
    });
  });

  it('starts nothing while a person has paused the schedule', async () => {
    const schedule = temporal.client.schedule.getHandle(scheduleIds.collectEvents);
    await schedule.pause('a person looks at it');
    const looked = Promise.withResolvers<void>();
    let started = 0;
    const watched = {
      async describe() {
        const description = await schedule.describe();
        looked.resolve();
        return description;
      },
    };
    const workflow = {
      signalWithStart: async () => {
        started++;
      },
    };
    const wakeup = wakeOnEvents({
      databaseUrl: stage.database.writerUrl,
      client: { schedule: { getHandle: () => watched }, workflow } as never,
      logger: pino({ level: 'silent' }),
    });
    await looked.promise;
    await wakeup.close();
    expect(started).toBe(0);
  });
});
