import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ArchiveLimits } from '../../models/intake/intake-options.ts';
import { decompressed } from '../../services/decompress.ts';
import { BUCKETS, type KeptOriginal, type ObjectStore } from '../../services/object-store.ts';
import { createNameRedactor } from './name-redactor.ts';
import { readOriginal } from './read-original.ts';

/** Whether the bytes of an original, unpacked, hold a name. */
export async function names(
  objectStore: ObjectStore,
  sha256: string,
  limits: ArchiveLimits,
  name: string,
): Promise<boolean> {
  const redactor = createNameRedactor(name);
  for await (const chunk of readOriginal(objectStore, sha256, limits)) {
    redactor.push(chunk);
    if (redactor.found > 0) return true;
  }
  redactor.end();
  return redactor.found > 0;
}

/** Whether an object of ours, as it is, holds a name. */
export async function objectNames(
  objectStore: ObjectStore,
  bucket: (typeof BUCKETS)[keyof typeof BUCKETS],
  key: string,
  name: string,
): Promise<boolean> {
  const redactor = createNameRedactor(name);
  for await (const chunk of decompressed(await objectStore.stream(bucket, key))) redactor.push(chunk);
  redactor.end();
  return redactor.found > 0;
}

/** Stores an original once more with a name replaced by asterisks; resolves to what it is known by now. */
export async function storeRedacted(
  objectStore: ObjectStore,
  { sha256, origin }: KeptOriginal,
  limits: ArchiveLimits,
  name: string,
): Promise<{ sha256: string; sizeBytes: number }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'smart-etl-redact-'));
  try {
    const file = path.join(folder, 'file');
    const hash = createHash('sha256');
    const hashed = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const packed = (await isGzip(objectStore, sha256)) ? createGzip() : new PassThrough();
    const content = redacted(readOriginal(objectStore, sha256, limits), name);
    await pipeline(Readable.from(content), packed, hashed, createWriteStream(file));
    const key = hash.digest('hex');
    const { size } = await stat(file);
    if (origin === null) await objectStore.putFile(BUCKETS.raw, key, file);
    else {
      const redactor = createNameRedactor(name);
      const fileName = Buffer.concat([redactor.push(Buffer.from(origin.name)), redactor.end()]).toString();
      await objectStore.putOriginal(key, { file }, { ...origin, name: fileName });
    }
    return { sha256: key, sizeBytes: size };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* redacted(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const redactor = createNameRedactor(name);
  for await (const chunk of chunks) yield redactor.push(chunk);
  yield redactor.end();
}

async function isGzip(objectStore: ObjectStore, sha256: string): Promise<boolean> {
  const stream = await objectStore.stream(BUCKETS.raw, sha256);
  try {
    for await (const chunk of stream) return (chunk as Buffer)[0] === 0x1f && (chunk as Buffer)[1] === 0x8b;
    return false;
  } finally {
    stream.destroy();
  }
}
