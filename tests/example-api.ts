import type { RunningApi } from '../api/server.ts';
import { startTestApi } from './api.ts';
import { insertExampleRows } from './browser/example-rows.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

/** The instant of the example rows. */
export const EXAMPLE_MS = Date.parse('2026-03-02T06:00:00Z');

export interface ExampleApi extends RunningApi {
  database: TestDatabase;
  /** Of the jobs of the example, in its order. */
  jobIds: number[];
}

/** Starts the API on the example rows, whose last arrival is its now, in the role that may only read. */
export async function startExampleApi(): Promise<ExampleApi> {
  const database = await createTestDatabase();
  const jobIds = await insertExampleRows(database.pool, EXAMPLE_MS);
  const api = await startTestApi({ databaseUrl: database.readerUrl, time: 'data' });
  return {
    ...api,
    database,
    jobIds,
    async close() {
      await api.close();
      await database.drop();
    },
  };
}
