import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createObjectStore, type ObjectStore } from '../services/object-store.ts';
import { loadCredentials } from '../stack/credentials.ts';
import { startObjectStore } from '../stack/object-store.ts';
import { freePort } from '../stack/ports.ts';

export interface OwnStore {
  store: ObjectStore;
  /** Settings of a command that is to use it. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/** A MinIO for one test alone: in that of all tests there is never nothing. */
export async function openOwnStore(): Promise<OwnStore> {
  const home = mkdtempSync(path.join(tmpdir(), 'smart-etl-own-store-'));
  const credentials = loadCredentials(home);
  const taken = new Set<number>();
  const port = await freePort(taken);
  taken.add(port);
  const consolePort = await freePort(taken);
  const server = await startObjectStore({ home, port, consolePort, credentials });
  const settings = {
    objectStoreUrl: server.url,
    objectStoreAccessKey: credentials.objectStoreAccessKey,
    objectStoreSecretKey: credentials.objectStoreSecretKey,
    objectStoreRegion: 'us-east-1',
  };
  return {
    store: createObjectStore(settings),
    env: {
      SMART_ETL_OBJECT_STORE_URL: settings.objectStoreUrl,
      SMART_ETL_OBJECT_STORE_ACCESS_KEY: settings.objectStoreAccessKey,
      SMART_ETL_OBJECT_STORE_SECRET_KEY: settings.objectStoreSecretKey,
    },
    async close() {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
