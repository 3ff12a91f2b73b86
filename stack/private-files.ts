/** Small JSON files of the state folder that only their owner may read. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes beside the target and renames, so that a reader never sees half a file. Mode 0600. */
export function writePrivateJson(file: string, content: unknown): void {
  const beside = `${file}.${process.pid}.new`;
  writeFileSync(beside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  chmodSync(beside, 0o600);
  renameSync(beside, file);
}

/**
 * Reads what `writePrivateJson` wrote; `undefined` when there is no such file.
 *
 * @throws Error naming the file when it is not JSON.
 */
export function readPrivateJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new Error(`${file}: not JSON: ${(error as Error).message}`);
  }
}

/**
 * Makes the state folder, readable by nobody else. As root it may be walked through (0711, not listed),
 * because PostgreSQL refuses to run as root and its own user must reach the data inside.
 */
export function makeHome(home: string): void {
  mkdirSync(home, { recursive: true });
  chmodSync(home, process.getuid?.() === 0 ? 0o711 : 0o700);
}

/** Makes a folder of the home that only we enter. @returns its path */
export function makePrivateFolder(home: string, name: string): string {
  const folder = path.join(home, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
