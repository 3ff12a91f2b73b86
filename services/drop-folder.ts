import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface DroppedFile {
  /** Path inside the folder. */
  path: string;
  sizeBytes: number;
  modifiedAtMs: number;
}

/** The drop folder is not there or not readable. Retryable: a network share comes back. */
export class FolderUnavailable extends Error {
  override name = 'FolderUnavailable';
}

/** Files being written carry such names in most tools that write them. */
const UNFINISHED = /^\.|~$|\.(tmp|part|partial|crdownload|swp|filepart)$/i;

/** A file still growing has been touched a moment ago. */
const SETTLE_MS = 1_000;

/**
 * Lists the finished files of a folder and its subfolders, oldest first.
 *
 * Names that tools give to half-written files and files touched less than a second before `nowMs` (the clock of
 * the file system, not of the estate) are left for the next look.
 */
export async function listDroppedFiles(folder: string, nowMs: number): Promise<DroppedFile[]> {
  const files: DroppedFile[] = [];
  let entries: Awaited<ReturnType<typeof readEntries>>;
  try {
    entries = await readEntries(folder);
  } catch (error) {
    throw new FolderUnavailable(`drop folder ${folder}: ${(error as Error).message}`);
  }
  for (const entry of entries) {
    if (!entry.isFile() || UNFINISHED.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const found = await stat(file).catch(() => null);
    if (found === null || nowMs - found.mtimeMs < SETTLE_MS) continue;
    files.push({
      path: path.relative(folder, file),
      sizeBytes: found.size,
      modifiedAtMs: Math.trunc(found.mtimeMs),
    });
  }
  return files.sort((a, b) => a.modifiedAtMs - b.modifiedAtMs || (a.path < b.path ? -1 : 1));
}

const readEntries = (folder: string) => readdir(folder, { recursive: true, withFileTypes: true });

/**
 * Copies a file to a private place, hands it to `work` with the hash of the bytes copied, and removes it.
 *
 * The copy is what is hashed and stored, so a file that changes meanwhile cannot get a hash that is not its own.
 */
export async function withPrivateCopy<T>(
  file: string,
  work: (copy: { file: string; sha256: string; sizeBytes: number }) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'smart-etl-'));
  try {
    const copy = path.join(folder, 'file');
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(createReadStream(file), measure, createWriteStream(copy));
    return await work({ file: copy, sha256: hash.digest('hex'), sizeBytes });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
