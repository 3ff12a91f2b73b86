import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, opendir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** How a file looks from outside. */
export interface Look {
  /** Path inside the folder, with `/`. */
  path: string;
  sizeBytes: number;
  /** By the clock of the file system. */
  modifiedAtMs: number;
  /** Device and number of the file there: stays when it is renamed. */
  identity: string;
}

/** The drop folder is not there or not readable. Retryable: a network share comes back. */
export class FolderUnavailable extends Error {
  override name = 'FolderUnavailable';
}

/**
 * The names of all files of a folder and its subfolders, sorted. Links are not followed: a folder that others write
 * to must not show the rest of the machine.
 */
export async function listNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    const entries = await opendir(folder, { recursive: true, bufferSize: 1_024 });
    for await (const entry of entries) {
      if (!entry.isFile()) continue;
      const name = path.relative(folder, path.join(entry.parentPath, entry.name));
      names.push(path.sep === '/' ? name : name.replaceAll(path.sep, '/'));
    }
  } catch (error) {
    throw new FolderUnavailable(`drop folder ${folder}: ${(error as Error).message}`);
  }
  return names.sort();
}

/** How a file looks now; null when it is gone. */
export async function lookAt(folder: string, name: string): Promise<Look | null> {
  const found = await stat(path.join(folder, name)).catch(() => null);
  if (found === null || !found.isFile()) return null;
  return {
    path: name,
    sizeBytes: found.size,
    modifiedAtMs: Math.trunc(found.mtimeMs),
    identity: `${found.dev}:${found.ino}`,
  };
}

/** The bytes of a file, as they were read once: in memory when small, else in a private copy. */
export interface Original {
  sha256: string;
  sizeBytes: number;
  /** The first bytes, to tell an archive. */
  start: Buffer;
  content: { bytes: Buffer } | { file: string };
}

/** A file up to this size is held in memory rather than copied. */
export const SMALL_FILE_BYTES = 256 * 1024;
const START_BYTES = 16;

/**
 * Reads a file once and hands it to `work` with the hash of the bytes read; a private copy is removed afterwards.
 *
 * What was read is what is hashed and stored, so a file that changes meanwhile cannot get a hash that is not its own.
 */
export async function withOriginal<T>(file: string, work: (original: Original) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r');
  try {
    if ((await handle.stat()).size <= SMALL_FILE_BYTES) {
      const bytes = await handle.readFile();
      return await work(inMemory(bytes));
    }
    return await withCopy(handle.createReadStream({ autoClose: false }), work);
  } finally {
    await handle.close();
  }
}

/** The same for bytes at hand. */
export const inMemory = (bytes: Buffer): Original => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  sizeBytes: bytes.length,
  start: bytes.subarray(0, START_BYTES),
  content: { bytes },
});

/** The same for a stream, by a private copy. */
export async function withCopy<T>(
  stream: NodeJS.ReadableStream,
  work: (original: Original) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'smart-etl-'));
  try {
    const file = path.join(folder, 'file');
    const hash = createHash('sha256');
    let sizeBytes = 0;
    let start = Buffer.alloc(0);
    const measure = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        if (start.length < START_BYTES) start = Buffer.concat([start, chunk.subarray(0, START_BYTES)]);
        done(null, chunk);
      },
    });
    await pipeline(stream, measure, createWriteStream(file, { mode: 0o600 }));
    return await work({ sha256: hash.digest('hex'), sizeBytes, start, content: { file } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
