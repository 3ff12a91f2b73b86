/** `processes.json`: what runs for a home, for `status`, `down`, and the `up` after a crash. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { PartStatus } from './part.ts';
import { readPrivateJson, writePrivateJson } from './private-files.ts';
import { identify, isRunning, type ProcessIdentity, runningProcesses } from './process-identity.ts';

export interface ProcessRecords {
  supervisor: ProcessIdentity;
  startedAt: string;
  parts: PartStatus[];
}

const recordsFile = (home: string) => path.join(home, 'processes.json');

export const writeProcessRecords = (home: string, records: ProcessRecords): void =>
  writePrivateJson(recordsFile(home), records);

export const readProcessRecords = (home: string): ProcessRecords | undefined =>
  readPrivateJson<ProcessRecords>(recordsFile(home));

interface Orphan extends ProcessIdentity {
  title: string;
  /** PostgreSQL ends sessions at SIGINT; at SIGTERM it waits for them. */
  signal: 'SIGINT' | 'SIGTERM';
}

const PATIENCE_MS = 15_000;

/**
 * Servers of this home that outlived their supervisor: the recorded ones that are still the same process, and,
 * for those that died with the supervisor before they could be recorded, every one of our programs that was
 * started on a folder of this home.
 */
export function findOrphans(home: string): Orphan[] {
  const orphans = new Map<number, Orphan>();
  const signalOf = (name: string) => (/^(postgres|initdb)$/.test(name) ? 'SIGINT' : 'SIGTERM');
  for (const { name, title, process: identity } of readProcessRecords(home)?.parts ?? []) {
    if (identity !== null && isRunning(identity)) {
      orphans.set(identity.pid, { ...identity, title, signal: signalOf(name) });
    }
  }
  const folders = ['temporal', 'objects', 'postgres'].flatMap((name) => realFolder(path.join(home, name)));
  for (const { pid, command } of runningProcesses()) {
    const program = /^\S*?([^/\s]+)(?=\s|$)/.exec(command)?.[1] ?? '';
    if (!/^(temporal|minio|postgres|initdb)/.test(program)) continue;
    const onOurs = folders.some(
      (folder) => command.includes(` ${folder}/`) || command.endsWith(` ${folder}`),
    );
    const identity = onOurs && !orphans.has(pid) ? identify(pid) : undefined;
    if (identity) orphans.set(pid, { ...identity, title: program, signal: signalOf(program) });
  }
  return [...orphans.values()];
}

function realFolder(folder: string): string[] {
  try {
    return [...new Set([folder, realpathSync(folder)])];
  } catch {
    return [];
  }
}

/**
 * Stops what a killed supervisor left behind: politely, and after 15 s with SIGKILL.
 *
 * @returns titles of what was stopped
 */
export async function stopOrphans(home: string): Promise<string[]> {
  const orphans = findOrphans(home);
  for (const { pid, signal } of orphans) send(pid, signal);
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (const orphan of orphans) {
    while (isRunning(orphan) && performance.now() < giveUpAt) await pause(20);
    if (isRunning(orphan)) send(orphan.pid, 'SIGKILL');
    while (isRunning(orphan)) await pause(20);
  }
  return orphans.map(({ title }) => title);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // ended by itself meanwhile
  }
}
