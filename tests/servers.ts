import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '../db/migrate.ts';
import { loadCredentials } from '../stack/credentials.ts';
import { startMailSink } from '../stack/mail-sink.ts';
import { startObjectStore } from '../stack/object-store.ts';
import { freePort } from '../stack/ports.ts';
import { startPostgres } from '../stack/postgres.ts';
import { removeHome } from '../stack/postgres-account.ts';
import { startTemporal } from '../stack/temporal.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresAdminUrl: string;
    postgresOwnerUrl: string;
    postgresWriterUrl: string;
    postgresReaderUrl: string;
    postgresGrafanaUrl: string;
    postgresApiUrl: string;
    temporalAddress: string;
    objectStoreUrl: string;
    objectStoreAccessKey: string;
    objectStoreSecretKey: string;
    /** A mail server that takes everything: where nothing answered, every message would be tried for half a minute. */
    smtpUrl: string;
    /** Written by the first test file that needs it. */
    workflowBundleFile: string;
  }
}

/** Starts PostgreSQL, Temporal, MinIO and a mail server for all test files of a run, in a folder that is removed afterwards. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const home = mkdtempSync(path.join(tmpdir(), 'smart-etl-test-'));
  const credentials = loadCredentials(home);
  const taken = new Set<number>();
  const port = async () => {
    const free = await freePort(taken);
    taken.add(free);
    return free;
  };
  const ports = [
    await port(),
    await port(),
    await port(),
    await port(),
    await port(),
    await port(),
    await port(),
    await port(),
  ];
  const [postgresPort, temporalPort, uiPort, httpPort, metricsPort, storePort, consolePort, smtpPort] =
    ports as [number, number, number, number, number, number, number, number];
  const [postgres, temporal, objectStore, mailSink] = await Promise.all([
    startPostgres({ home, port: postgresPort, credentials }),
    startTemporal({ home, port: temporalPort, uiPort, httpPort, metricsPort }),
    startObjectStore({ home, port: storePort, consolePort, credentials }),
    startMailSink({ home, port: smtpPort }),
  ]);
  await migrate(postgres.ownerUrl);

  project.provide('postgresAdminUrl', postgres.adminUrl);
  project.provide('postgresOwnerUrl', postgres.ownerUrl);
  project.provide('postgresWriterUrl', postgres.writerUrl);
  project.provide('postgresReaderUrl', postgres.readerUrl);
  project.provide('postgresGrafanaUrl', postgres.grafanaUrl);
  project.provide('postgresApiUrl', postgres.apiUrl);
  project.provide('temporalAddress', temporal.address);
  project.provide('objectStoreUrl', objectStore.url);
  project.provide('objectStoreAccessKey', credentials.objectStoreAccessKey);
  project.provide('objectStoreSecretKey', credentials.objectStoreSecretKey);
  project.provide('smtpUrl', mailSink.url);
  const workflowBundleFile = path.join(home, 'workflows.js');
  project.provide('workflowBundleFile', workflowBundleFile);
  // Where somebody edits workflows while tests watch.
  project.onTestsRerun(async () => rmSync(workflowBundleFile, { force: true }));

  return async () => {
    await Promise.all([postgres.stop(), temporal.stop(), objectStore.stop(), mailSink.stop()]);
    removeHome(home);
  };
}
