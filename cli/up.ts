/** `smart-etl up`: the whole stack, in the foreground until Ctrl-C, or detached. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { loadConfig } from '../config.ts';
import type { DetachedMessage } from '../stack/detached.ts';
import { childEnvironment } from '../stack/environment.ts';
import { AlreadyRunning } from '../stack/home-lock.ts';
import type { PartStatus } from '../stack/part.ts';
import { makeHome, makePrivateFolder } from '../stack/private-files.ts';
import { readProcessRecords } from '../stack/process-records.ts';
import type { Progress } from '../stack/stack.ts';
import { supervise } from '../stack/supervisor.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { durationText, failureLines, partLine } from './part-table.ts';

export interface UpOptions {
  /** Return as soon as everything serves; the stack goes on in the background. */
  detach?: boolean;
}

/**
 * Starts the stack and tells how far it is.
 *
 * @returns exit code: 0; 6 when it runs already; 7 when detached and a part keeps failing
 * @throws ConfigError before anything is started
 */
export async function up({ detach = false }: UpOptions = {}): Promise<ExitCode> {
  const { home } = loadConfig();
  makeHome(home);
  console.log(`Smart ETL in ${home}`);
  return detach ? upDetached(home) : upInForeground(home);
}

async function upInForeground(home: string): Promise<ExitCode> {
  const teller = makeTeller();
  try {
    await supervise({
      home,
      onProgress: teller.progress,
      onReady: (stack) => {
        teller.ready(stack.status());
        console.log('Ctrl-C stops it.');
      },
      onStopping: () => console.log('stopping … (once more: at once, without saving)'),
    });
    console.log('stopped');
    return EXIT.ok;
  } catch (error) {
    if (error instanceof AlreadyRunning) return tellRunning(home, error.pid);
    throw error;
  }
}

async function upDetached(home: string): Promise<ExitCode> {
  const teller = makeTeller();
  const log = openSync(path.join(makePrivateFolder(home, 'logs'), 'supervisor.log'), 'a', 0o600);
  const script = path.join(import.meta.dirname, '..', 'stack', 'detached.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    detached: true,
    env: childEnvironment({ SMART_ETL_HOME: home }),
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const { promise, resolve } = Promise.withResolvers<ExitCode>();
  child.on('message', (message: DetachedMessage) => {
    if (message.kind === 'ready') {
      teller.ready(message.parts);
      console.log('It goes on in the background; `smart-etl down` stops it.');
      resolve(message.parts.some(({ state }) => state === 'failing') ? EXIT.partial : EXIT.ok);
    } else if (message.kind === 'already-running') resolve(tellRunning(home, message.pid));
    else if (message.kind === 'failed') {
      console.error(message.message);
      resolve(EXIT.unreachable);
    } else teller.progress(message);
  });
  child.once('exit', (code, signal) => {
    console.error(`the supervisor ended (${signal ?? `exit code ${code}`}): see ${home}/logs/supervisor.log`);
    resolve(EXIT.unreachable);
  });
  const exitCode = await promise;
  child.removeAllListeners('exit');
  if (child.connected) child.disconnect();
  child.unref();
  return exitCode;
}

/** Prints each part once it serves, and later whatever happens to it. */
function makeTeller() {
  const startedAt = performance.now();
  const told = new Map<string, string>();
  return {
    progress(progress: Progress): void {
      if (progress.kind === 'notice') {
        console.log(`  ${progress.text}`);
        return;
      }
      const { status } = progress;
      const { name, state } = status;
      if (!['up', 'done', 'restarting', 'failing'].includes(state) || told.get(name) === state) return;
      told.set(name, state);
      console.log(partLine(status, performance.now() - startedAt));
      if (state === 'restarting') console.log(failureLines(status)[0]);
      if (state === 'failing') console.log([...failureLines(status), '  It is tried again.'].join('\n'));
    },
    ready(parts: readonly PartStatus[]): void {
      const failing = parts.filter(({ state }) => state !== 'up' && state !== 'done');
      const time = durationText(performance.now() - startedAt);
      if (failing.length === 0) console.log(`ready in ${time}`);
      else console.log(`not everything works after ${time}: ${failing.map(({ title }) => title).join(', ')}`);
      console.log(addressLines().join('\n'));
    },
  };
}

/** Where people look: read afresh, because the servers of this start are in connections.json only now. */
function addressLines(): string[] {
  const { home, apiHost, apiPort, temporalUiUrl, mailboxFolder } = loadConfig();
  const console = readProcessRecords(home)?.parts.find(({ name }) => name === 'object-store')?.url;
  return [
    `  page      http://${apiHost}:${apiPort}`,
    `  Temporal  ${temporalUiUrl}`,
    ...(console ? [`  MinIO     ${console} (user and password: credentials.json)`] : []),
    ...(mailboxFolder === null ? [] : [`  mailbox   ${mailboxFolder}`]),
  ];
}

function tellRunning(home: string, pid: number): ExitCode {
  console.error(`Smart ETL runs already in ${home} (process ${pid})`);
  console.error(addressLines().join('\n'));
  return EXIT.conflict;
}
