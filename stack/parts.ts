/** The parts of the stack: four servers, two tasks that prepare them, and the processes of Smart ETL itself. */
import path from 'node:path';
import type { Credentials } from './credentials.ts';
import { childEnvironment } from './environment.ts';
import type { ConnectionKey } from './given-settings.ts';
import { openLogFile } from './log-file.ts';
import { startMailSink } from './mail-sink.ts';
import { runNodeTask, startNodeService } from './node-script.ts';
import { startObjectStore } from './object-store.ts';
import type { Part, PartName, RunningPart } from './part.ts';
import type { Ports } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { postgresUrls } from './postgres-roles.ts';
import type { Exit } from './server-process.ts';
import { startTemporal } from './temporal.ts';

/** A Node script of the project that the stack runs. */
export interface ScriptPart {
  name: PartName;
  title: string;
  /** Relative to `StackPlace.scriptsFolder`. */
  script: string;
  /** A task ends with exit code 0; a service sends `{ready: true}` and stays. */
  kind: 'task' | 'service';
  /** As whom it connects to the embedded database. */
  role: 'owner' | 'writer' | 'api';
  needs: readonly PartName[];
  /** How long it may finish what it does after SIGTERM. */
  drainMs: number;
}

export const SCRIPTS: readonly ScriptPart[] = [
  {
    name: 'migrate',
    title: 'Migrations',
    script: 'db/migrate.ts',
    kind: 'task',
    role: 'owner',
    needs: ['postgres'],
    drainMs: 10_000,
  },
  {
    name: 'set-up',
    title: 'Set-up',
    script: 'worker/set-up.ts',
    kind: 'task',
    role: 'writer',
    needs: ['migrate', 'temporal', 'object-store'],
    drainMs: 5_000,
  },
  {
    name: 'worker',
    title: 'Worker',
    script: 'worker/main.ts',
    kind: 'service',
    role: 'writer',
    // Not `set-up`: bundling the workflows takes the longest, and no workflow starts before its schedule exists.
    needs: ['migrate', 'temporal', 'object-store', 'mail-sink'],
    drainMs: 15_000,
  },
  {
    name: 'api',
    title: 'API and page',
    script: 'api/main.ts',
    kind: 'service',
    role: 'api',
    needs: ['migrate'],
    drainMs: 5_000,
  },
];

export interface StackPlace {
  home: string;
  ports: Ports;
  /** Where our processes find the servers. */
  reachedAt: Ports;
  credentials: Credentials;
  given: ReadonlySet<ConnectionKey>;
  scripts: readonly ScriptPart[];
  scriptsFolder: string;
  extraEnvironment: Record<string, string>;
  onNotice: (text: string) => void;
}

/** The servers that the user has not set up elsewhere, then the scripts. */
export function partsOf(place: StackPlace): Part[] {
  const { home, ports, credentials, given, onNotice } = place;
  const postgres: Part = {
    name: 'postgres',
    title: 'PostgreSQL',
    needs: [],
    url: `postgresql://127.0.0.1:${ports.postgres}/smart_etl`,
    start: (hooks) => startPostgres({ home, port: ports.postgres, credentials, onNotice, ...hooks }),
  };
  const temporal: Part = {
    name: 'temporal',
    title: 'Temporal',
    needs: [],
    url: `http://127.0.0.1:${ports.temporalUi}`,
    start: (hooks) =>
      startTemporal({
        home,
        port: ports.temporal,
        uiPort: ports.temporalUi,
        httpPort: ports.temporalHttp,
        metricsPort: ports.temporalMetrics,
        codecUrl: given.has('temporalPayloadKeysFile') ? `http://127.0.0.1:${ports.api}/v1/codec` : null,
        ...hooks,
      }),
  };
  const objectStore: Part = {
    name: 'object-store',
    title: 'MinIO',
    needs: [],
    url: `http://127.0.0.1:${ports.objectStoreConsole}`,
    start: (hooks) =>
      startObjectStore({
        home,
        port: ports.objectStore,
        consolePort: ports.objectStoreConsole,
        credentials,
        ...hooks,
      }),
  };
  const mailSink: Part = {
    name: 'mail-sink',
    title: 'Mail sink',
    needs: [],
    url: `smtp://127.0.0.1:${ports.smtp}`,
    start: () => startMailSinkPart(home, ports.smtp),
  };
  return [
    ...(given.has('databaseUrl') ? [] : [postgres]),
    ...(given.has('temporalAddress') ? [] : [temporal]),
    ...(given.has('objectStoreUrl') ? [] : [objectStore]),
    ...(given.has('smtpUrl') ? [] : [mailSink]),
    ...place.scripts.map((script) => scriptPart(script, place)),
  ];
}

/** The only server inside this process; its end is told like that of the others. */
async function startMailSinkPart(home: string, port: number): Promise<RunningPart> {
  const sink = await startMailSink({ home, port });
  const { promise: exited, resolve } = Promise.withResolvers<Exit>();
  return {
    exited,
    async stop() {
      await sink.stop();
      resolve({ code: 0, signal: null });
    },
  };
}

function scriptPart(script: ScriptPart, place: StackPlace): Part {
  const { home, ports, reachedAt, credentials, given, scriptsFolder, extraEnvironment } = place;
  const urls = postgresUrls(credentials, reachedAt.postgres);
  const urlOfRole = { owner: urls.ownerUrl, writer: urls.writerUrl, api: urls.apiUrl };
  const env = childEnvironment({
    SMART_ETL_HOME: home,
    ...(given.has('databaseUrl') ? {} : { SMART_ETL_DATABASE_URL: urlOfRole[script.role] }),
    ...extraEnvironment,
  });
  return {
    name: script.name,
    title: script.title,
    needs: script.needs,
    url: script.name === 'api' && !given.has('apiPort') ? `http://127.0.0.1:${ports.api}` : null,
    async start(hooks) {
      const options = {
        name: script.title,
        script: path.resolve(scriptsFolder, script.script),
        env,
        log: openLogFile(path.join(home, 'logs'), script.name),
        drainMs: script.drainMs,
        ...hooks,
      };
      if (script.kind === 'service') return startNodeService(options);
      await runNodeTask(options);
      return undefined;
    },
  };
}
