import { mkdir } from 'node:fs/promises';
import { loadConfig } from '../config.ts';
import { saveQuarantineLimit } from '../db/load/intake.ts';
import { saveSource } from '../db/load/sources.ts';
import { createPool } from '../db/pool.ts';
import type { QuarantineLimit } from '../models/clean/quarantine-limit.ts';
import { createObjectStore } from '../services/object-store.ts';
import { connectTemporal } from '../services/temporal-link.ts';
import { ensureSchedules } from './schedules.ts';
import { ensureSearchAttributes } from './search-attributes.ts';

/** Makes what the workers expect to find: sources and their folders, buckets, search attributes, schedules. */
const config = loadConfig();

async function setUpDatabase(): Promise<void> {
  const pool = createPool(config.databaseUrl, { max: 1 });
  try {
    for (const source of config.sources) {
      await saveSource(pool, source);
      await saveQuarantineLimit(
        pool,
        source.name,
        (source.quarantineLimit ?? null) as Partial<QuarantineLimit> | null,
      );
    }
  } finally {
    await pool.end();
  }
}

async function setUpTemporal(): Promise<void> {
  const { connection, client } = await connectTemporal(config);
  try {
    await ensureSearchAttributes(connection, config.temporalNamespace);
    await ensureSchedules(client, config);
  } finally {
    await connection.close();
  }
}

await Promise.all([
  ...config.sources.map((source) => mkdir(source.folder, { recursive: true })),
  setUpDatabase(),
  createObjectStore(config).ensureBuckets(),
  setUpTemporal(),
]);
