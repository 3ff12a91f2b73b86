import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { type RunningApi, startApi } from '../api/server.ts';
import { type Config, loadConfig } from '../config.ts';

/** Starts the API on a free port of loopback, with an empty home folder of its own. */
export async function startTestApi(
  settings: Partial<Config> & { databaseUrl: string },
  heartbeatMs?: number,
): Promise<RunningApi> {
  const home = mkdtempSync(path.join(tmpdir(), 'smart-etl-api-'));
  const config = { ...loadConfig({ SMART_ETL_HOME: home }), apiPort: 0, ...settings };
  const api = await startApi(config, pino({ level: 'silent' }), heartbeatMs);
  return {
    url: api.url,
    routes: api.routes,
    async close() {
      await api.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
