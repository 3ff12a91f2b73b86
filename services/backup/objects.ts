import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BUCKETS, type Bucket, MissingObject, type ObjectStore, type Origin } from '../object-store.ts';
import { type Counted, DamagedBackup, NotEmpty, nowhere, readKnown, readPart, writePart } from './folder.ts';
import type { BucketPart } from './manifest.ts';

/** Objects copied at once. */
const LANES = 8;
/** Larger ones go through a file rather than through memory. */
const IN_MEMORY_BYTES = 16 * 1024 * 1024;
/** An object is known by its hash; what lies beside one has the name of a key behind it. Anything else is not ours. */
const OBJECT_NAME = /^([0-9a-f]{64})(\.[0-9a-f]{16}\.sig)?$/;

/** Whether it lies beside the object that its name begins with: its name says nothing of its bytes. */
const isBeside = (key: string): boolean => key.includes('.');

interface SavedObject {
  key: string;
  /** Unpacked. */
  bytes: number;
  sha256: string;
  origin: { source: string; name: string; receivedAt: string; archiveSha256: string | null } | null;
}

export interface LostObject {
  bucket: string;
  key: string;
  why: 'missing' | 'damaged';
}

const fileOf = (bucket: Bucket, key: string): string => `objects/${bucket}/${key.slice(0, 2)}/${key}.zst`;

async function inLanes<T>(items: AsyncIterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  let failed = false;
  const lane = async () => {
    while (!failed) {
      const { done, value } = await iterator.next();
      if (done) return;
      await work(value).catch((error) => {
        failed = true;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: LANES }, lane));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

async function* listedIn(
  store: ObjectStore,
  bucket: Bucket,
): AsyncGenerator<{ key: string; origin: Origin | null }> {
  if (bucket === BUCKETS.raw) {
    for await (const { sha256, origin } of store.listOriginals()) yield { key: sha256, origin };
  } else {
    for await (const key of store.list(bucket)) yield { key, origin: null };
  }
}

/**
 * Copies every object of a bucket into the folder of a backup and writes the list of them. What an interrupted backup
 * copied is not fetched again.
 *
 * @param named keys that the database names: those that are not there are lost
 */
export async function saveObjects(
  store: ObjectStore,
  bucket: Bucket,
  folder: string,
  named: Iterable<string>,
  told: (objects: number) => void = () => {},
): Promise<{ part: BucketPart; lost: LostObject[] }> {
  const saved = new Map<string, SavedObject>();
  const lost: LostObject[] = [];
  await inLanes(listedIn(store, bucket), async ({ key, origin }) => {
    const hash = OBJECT_NAME.exec(key);
    if (hash === null) return;
    const content = await saveObject(store, bucket, folder, key).catch((error: unknown) => {
      // Retention or an erasure took it since it was listed: missed below, where it is named.
      if (error instanceof MissingObject) return null;
      throw error;
    });
    if (content === null) return;
    if (hash[2] === undefined && content.sha256 !== key) {
      await rm(path.join(folder, fileOf(bucket, key)));
      lost.push({ bucket, key, why: 'damaged' });
      return;
    }
    saved.set(key, {
      key,
      ...content,
      origin: origin && { ...origin, receivedAt: origin.receivedAt.toISOString() },
    });
    told(saved.size);
  });
  const damaged = new Set(lost.map(({ key }) => key));
  for (const key of new Set(named)) {
    if (!saved.has(key) && !damaged.has(key)) lost.push({ bucket, key, why: 'missing' });
  }
  await dropStrays(folder, bucket, saved);
  const objects = [...saved.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const lines = Readable.from(objects.map((object) => `${JSON.stringify(object)}\n`));
  const part = await writePart(folder, `objects/${bucket}.jsonl.zst`, lines);
  const objectBytes = objects.reduce((sum, { bytes }) => sum + bytes, 0);
  return { part: { ...part, bucket, objects: objects.length, objectBytes }, lost };
}

/** Objects that a backup which was interrupted copied, and that are gone by now: an erased person's must not stay. */
async function dropStrays(
  folder: string,
  bucket: Bucket,
  saved: ReadonlyMap<string, unknown>,
): Promise<void> {
  const place = path.join(folder, 'objects', bucket);
  if (!existsSync(place)) return;
  for (const entry of await readdir(place, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || saved.has(entry.name.replace(/\.zst$/, ''))) continue;
    await rm(path.join(entry.parentPath, entry.name));
  }
}

async function saveObject(store: ObjectStore, bucket: Bucket, folder: string, key: string): Promise<Counted> {
  const file = fileOf(bucket, key);
  if (!isBeside(key) && existsSync(path.join(folder, file))) {
    const whole = await readKnown(folder, file, { sha256: key }, nowhere()).catch(() => null);
    if (whole !== null) return whole;
  }
  const { content } = await writePart(folder, file, await store.stream(bucket, key));
  return content;
}

async function* savedIn(folder: string, part: BucketPart): AsyncGenerator<SavedObject> {
  const through = new PassThrough();
  const lines = createInterface({ input: through, crlfDelay: Number.POSITIVE_INFINITY });
  const reading = readPart(folder, part, through);
  // Told where it is awaited, below.
  reading.catch((error: Error) => through.destroy(error));
  let objects = 0;
  for await (const line of lines) {
    const object = JSON.parse(line) as SavedObject;
    if (!OBJECT_NAME.test(object.key)) throw new DamagedBackup(`${part.file}: "${object.key}" is no key`);
    objects += 1;
    yield object;
  }
  await reading;
  if (objects !== part.objects) {
    throw new DamagedBackup(`${part.file}: expected ${part.objects} objects, found ${objects}`);
  }
}

/** Reads every object of a bucket through and compares it with its hash. @throws DamagedBackup */
export const verifyObjects = (folder: string, part: BucketPart): Promise<void> =>
  inLanes(savedIn(folder, part), async (object) => {
    await readKnown(folder, fileOf(part.bucket, object.key), object, nowhere());
  });

/** What a bucket has beside what a backup brings. */
export interface BucketState {
  /** Keys that are in both. */
  common: Set<string>;
  /** How many only the bucket has. */
  others: number;
}

/** Compares a bucket, by names, with what a backup has of it. */
export async function compareBucket(
  store: ObjectStore,
  folder: string,
  part: BucketPart,
): Promise<BucketState> {
  const there = new Set<string>();
  for await (const key of store.list(part.bucket)) there.add(key);
  const common = new Set<string>();
  if (there.size > 0) {
    for await (const { key } of savedIn(folder, part)) if (there.has(key)) common.add(key);
  }
  return { common, others: there.size - common.size };
}

/**
 * Puts the objects of a backup into their bucket. One that is there already stays when its bytes are the same.
 *
 * @throws NotEmpty when other bytes are there and they are not to be replaced
 */
export async function restoreObjects(
  store: ObjectStore,
  folder: string,
  part: BucketPart,
  {
    common,
    replace,
    told = () => {},
  }: { common: ReadonlySet<string>; replace: boolean; told?: (objects: number) => void },
): Promise<void> {
  const { bucket } = part;
  const scratch = await mkdtemp(path.join(tmpdir(), 'smart-etl-restore-'));
  let objects = 0;
  try {
    await inLanes(savedIn(folder, part), async (object) => {
      if (common.has(object.key)) {
        if (await isThere(store, bucket, object)) return;
        if (!replace) {
          throw new NotEmpty(`object ${bucket}/${object.key}: other bytes are there than in the backup`);
        }
        await store.remove(bucket, object.key);
      }
      await putObject(store, bucket, folder, object, scratch);
      objects += 1;
      told(objects);
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function isThere(store: ObjectStore, bucket: Bucket, object: SavedObject): Promise<boolean> {
  const hash = createHash('sha256');
  await pipeline(await store.stream(bucket, object.key), hash);
  return hash.digest('hex') === object.sha256;
}

async function putObject(
  store: ObjectStore,
  bucket: Bucket,
  folder: string,
  object: SavedObject,
  scratch: string,
) {
  const { key } = object;
  const origin = object.origin && { ...object.origin, receivedAt: new Date(object.origin.receivedAt) };
  if (object.bytes > IN_MEMORY_BYTES && !isBeside(key)) {
    const file = path.join(scratch, key);
    await readKnown(folder, fileOf(bucket, key), object, createWriteStream(file, { mode: 0o600 }));
    if (origin === null) await store.putFile(bucket, key, file);
    else await store.putOriginal(key, { file }, origin);
    await rm(file);
    return;
  }
  const chunks: Buffer[] = [];
  const collect = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  await readKnown(folder, fileOf(bucket, key), object, collect);
  const bytes = Buffer.concat(chunks);
  if (isBeside(key)) await store.putBeside(bucket, key, bytes);
  else if (origin === null) await store.put(bucket, bytes);
  else await store.putOriginal(key, { bytes }, origin);
}
