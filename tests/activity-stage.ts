import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { inject } from 'vitest';
import { closeSenders, createSenders } from '../activities/alerts/senders.ts';
import type { Dependencies } from '../activities/dependencies.ts';
import { saveFile } from '../db/load/files.ts';
import { saveSource } from '../db/load/sources.ts';
import { createPool } from '../db/pool.ts';
import { GATE_THRESHOLDS } from '../models/evaluation/gate-thresholds.ts';
import { calendarNamed } from '../models/features/holiday-calendar.ts';
import { MONITORING_LIMITS } from '../models/monitoring/monitoring-limits.ts';
import { PROMOTION_DEFAULTS } from '../models/promotion/policy.ts';
import { readModelKeys } from '../services/model-keys.ts';
import { BUCKETS, createObjectStore } from '../services/object-store.ts';
import { createModelThread } from '../worker/model-thread.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { writeModelKeys } from './model-keys.ts';
import { aSettings } from './stories.ts';

export interface ActivityStage {
  database: TestDatabase;
  /** Real database (with the rights of the worker), object store and model thread; mail goes to `smtpUrl`. */
  dependencies: Dependencies;
  folder: string;
  /** Runs an activity as a worker does. */
  run<Input, Output>(activity: (input: Input) => Promise<Output>, input: Input): Promise<Output>;
  /** Puts a file into the store and the ledger, and returns its hash. */
  storeFile(bytes: string | Uint8Array, source?: 'runs' | 'metrics', name?: string): Promise<string>;
  close(): Promise<void>;
}

/** Real parts for testing activities one by one, with the sources `runs` and `metrics`. */
export async function openActivityStage(
  overrides: Partial<Dependencies> = {},
  smtpUrl = inject('smtpUrl'),
): Promise<ActivityStage> {
  const database = await createTestDatabase();
  const folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-activity-'));
  const objectStore =
    overrides.objectStore ??
    createObjectStore({
      objectStoreUrl: inject('objectStoreUrl'),
      objectStoreAccessKey: inject('objectStoreAccessKey'),
      objectStoreSecretKey: inject('objectStoreSecretKey'),
      objectStoreRegion: 'us-east-1',
    });
  await objectStore.ensureBuckets();
  for (const kind of ['runs', 'metrics'] as const) {
    await saveSource(database.pool, {
      name: kind,
      kind,
      folder: path.join(folder, kind),
      namespace: 'default',
    });
  }
  const target = { kind: 'mail', smtpUrl, mailFrom: 'etl@localhost', mailTo: ['team@localhost'] } as const;
  const senders = createSenders([{ name: 'mail', target }]);
  const pool = createPool(database.writerUrl, { max: 4, applicationName: 'test' });
  const dependencies: Dependencies = {
    pool,
    objectStore,
    modelKeys: readModelKeys(writeModelKeys(folder)),
    alerts: aSettings({
      channels: [{ name: 'mail', kind: 'mail', language: overrides.language ?? 'en' }],
      routes: [{ match: {}, tell: ['mail'], escalateTo: [] }],
    }),
    senders,
    modelThread: createModelThread({ threads: 2, heapMb: 1_024, longestMs: 60_000 }),
    time: 'data',
    timeZone: 'Europe/Paris',
    calendar: calendarNamed('FR'),
    pseudonymKey: null,
    language: 'en',
    gate: GATE_THRESHOLDS,
    promotion: PROMOTION_DEFAULTS,
    monitoring: MONITORING_LIMITS,
    rerunRules: [],
    startJob: () => Promise.reject(new Error('no scheduler in this test')),
    linkKey: null,
    workflowUrl: (workflowId) => `http://127.0.0.1:8233/${workflowId}`,
    codeVersion: 'test',
    pageUrl: 'http://127.0.0.1:8080',
    now: Date.now,
    ...overrides,
  };
  return {
    database,
    dependencies,
    folder,
    run: (activity, input) => new MockActivityEnvironment().run(activity as never, input) as never,
    async storeFile(content, source = 'runs', name = `${source}.csv`) {
      const bytes = Buffer.from(content as string);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await objectStore.put(BUCKETS.raw, bytes);
      await saveFile(database.pool, { sha256, source, name, sizeBytes: bytes.length });
      return sha256;
    },
    async close() {
      closeSenders(senders);
      await pool.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
