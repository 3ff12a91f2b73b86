/** A backup as files: parts that are written whole and hashed, and read only as they were written. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';

/** What lies in a folder is no backup, or not one that this program can read. */
export class NoBackup extends Error {
  override name = 'NoBackup';
}

/** A part of a backup is not as it was written. Another backup has to be taken. */
export class DamagedBackup extends Error {
  override name = 'DamagedBackup';
}

/** Where something is to be written is something already. */
export class NotEmpty extends Error {
  override name = 'NotEmpty';
}

/** A file of a backup as the manifest knows it. */
export interface StoredPart {
  /** Relative to the backup, with slashes. */
  file: string;
  /** Of the file as it lies there. */
  bytes: number;
  sha256: string;
}

/** One that is compressed. */
export interface PackedPart extends StoredPart {
  /** Of what `zstd -d` makes of it: how the same is packed may differ. */
  content: Counted;
}

export const MANIFEST = 'manifest.json';
/** Lies in a folder in which a backup was begun, until it is one. */
const UNFINISHED = 'unfinished';
/** A stream that brings nothing for so long has lost its other end. */
const STALL_MS = 300_000;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/**
 * Makes a folder ready to take a backup. What an interrupted one left there is used again (objects) or thrown away.
 *
 * @throws NotEmpty when something else is in it, such as a backup
 */
export async function beginBackup(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const names = await readdir(folder);
  if (names.includes(MANIFEST)) throw new NotEmpty(`${folder} is a backup already: name another folder`);
  if (names.length > 0 && !names.includes(UNFINISHED)) {
    throw new NotEmpty(`${folder}: expected a new or an empty folder, found ${names.slice(0, 3).join(', ')}`);
  }
  await writeFile(path.join(folder, UNFINISHED), 'A backup was begun here and has not ended.\n', {
    mode: PRIVATE_FILE,
  });
  for (const name of ['database', 'keys'])
    await rm(path.join(folder, name), { recursive: true, force: true });
}

/** Says that the backup in this folder has ended: only then it is one. */
export const endBackup = (folder: string): Promise<void> =>
  rm(path.join(folder, UNFINISHED), { force: true });

export interface Counted {
  bytes: number;
  sha256: string;
}

/** Passes bytes on, counts and hashes them; `check` is asked before the end is passed on. */
function counting(onChunk: () => void, check?: (found: Counted) => Error | null) {
  const hash = createHash('sha256');
  const found: Counted = { bytes: 0, sha256: '' };
  const stream = new Transform({
    transform(chunk: Buffer, _, done) {
      onChunk();
      found.bytes += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      found.sha256 = hash.digest('hex');
      done(check?.(found) ?? null);
    },
  });
  return { stream, found };
}

/** Runs `work` with a signal that ends it when nothing came for five minutes: a lost server would be waited for for ever. */
async function unlessStalled<T>(
  what: string,
  work: (signal: AbortSignal, moved: () => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new Error(`${what}: nothing came for ${STALL_MS / 1000} s`)),
    STALL_MS,
  );
  try {
    return await work(controller.signal, () => timer.refresh());
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Writes a stream compressed (zstd), on disk when this returns. It appears under its name only when it is whole. */
export async function writePart(folder: string, file: string, source: Readable): Promise<PackedPart> {
  const target = path.join(folder, file);
  await mkdir(path.dirname(target), { recursive: true, mode: PRIVATE_FOLDER });
  const beside = `${target}.new`;
  return unlessStalled(file, async (signal, moved) => {
    const content = counting(moved);
    const stored = counting(moved);
    const end = createWriteStream(beside, { mode: PRIVATE_FILE, flush: true });
    await pipeline(source, content.stream, createZstdCompress(), stored.stream, end, { signal });
    await rename(beside, target);
    return { file, ...stored.found, content: content.found };
  });
}

/** Writes a few bytes as they are: a key. */
export async function writePlainPart(folder: string, file: string, bytes: Uint8Array): Promise<StoredPart> {
  const target = path.join(folder, file);
  await mkdir(path.dirname(target), { recursive: true, mode: PRIVATE_FOLDER });
  await writeFile(target, bytes, { mode: PRIVATE_FILE, flush: true });
  return { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const damage = (file: string, expected: Counted, found: Counted): Error | null =>
  found.sha256 === expected.sha256 && found.bytes === expected.bytes
    ? null
    : new DamagedBackup(
        `${file}: expected ${expected.bytes} bytes with SHA-256 ${expected.sha256.slice(0, 16)}…, ` +
          `found ${found.bytes} with ${found.sha256.slice(0, 16)}…`,
      );

/** What reading a damaged or missing file throws, in our words. */
function inOurWords(file: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOENT') return new DamagedBackup(`${file}: expected a file, found none`);
  if (code.startsWith('ZSTD_') || code === 'ERR_BUFFER_TOO_LARGE' || code === 'Z_BUF_ERROR') {
    return new DamagedBackup(`${file}: expected compressed bytes, found something else (${code})`);
  }
  return error;
}

/** Reads a part through and compares it with what the manifest says. @throws DamagedBackup */
export async function verifyPart(folder: string, part: StoredPart): Promise<void> {
  const stored = counting(
    () => {},
    (found) => damage(part.file, part, found),
  );
  try {
    await pipeline(createReadStream(path.join(folder, part.file)), stored.stream, nowhere());
  } catch (error) {
    throw inOurWords(part.file, error);
  }
}

/**
 * Unpacks a part into `destination`, which ends only when all of it was as it was written.
 *
 * @throws DamagedBackup
 */
export async function readPart(folder: string, part: PackedPart, destination: Writable): Promise<void> {
  try {
    await unlessStalled(part.file, async (signal, moved) => {
      const stored = counting(moved, (found) => damage(part.file, part, found));
      const content = counting(moved, (found) => damage(part.file, part.content, found));
      const source = createReadStream(path.join(folder, part.file));
      await pipeline(source, stored.stream, createZstdDecompress(), content.stream, destination, { signal });
    });
  } catch (error) {
    throw inOurWords(part.file, error);
  }
}

/**
 * Unpacks a file whose unpacked bytes are known by their hash, and perhaps their number.
 *
 * @throws DamagedBackup
 */
export async function readKnown(
  folder: string,
  file: string,
  expected: { sha256: string; bytes?: number },
  destination: Writable,
): Promise<Counted> {
  const content = counting(
    () => {},
    (found) => damage(file, { bytes: found.bytes, ...expected }, found),
  );
  try {
    await pipeline(
      createReadStream(path.join(folder, file)),
      createZstdDecompress(),
      content.stream,
      destination,
    );
  } catch (error) {
    throw inOurWords(file, error);
  }
  return content.found;
}

/** Takes everything and keeps nothing. */
export const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
