import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type BucketItem, type BucketItemStat, Client, S3Error } from 'minio';

/**
 * Buckets: `raw` the originals of files, `training` what a retraining makes on its way (snapshot, contestants and
 * their test forecasts), `models` the registered versions and their manifests, `reports` what reports are made of for
 * readers: PDF, notebook, figures. In all of them the key is the SHA-256 of the bytes and an object is never overwritten.
 */
export const BUCKETS = { raw: 'raw', training: 'training', models: 'models', reports: 'reports' } as const;
export type Bucket = (typeof BUCKETS)[keyof typeof BUCKETS];

/** An object's bytes do not hash to its key. Trying again cannot help. */
export class CorruptObject extends Error {
  override name = 'CorruptObject';
}

/** An object that must be there is not. Trying again cannot help. */
export class MissingObject extends Error {
  override name = 'MissingObject';
}

export interface ObjectStore {
  ensureBuckets(): Promise<void>;
  /** Stores bytes and returns their key. Twice is once. */
  put(bucket: Bucket, bytes: Uint8Array): Promise<string>;
  /** Stores a local file under a key its caller computed from these bytes. Twice is once. */
  putFile(bucket: Bucket, sha256: string, file: string): Promise<void>;
  /**
   * Stores an original with where it came from. Twice is once: the origin that was told first stays, and is returned.
   */
  putOriginal(sha256: string, content: { bytes: Buffer } | { file: string }, origin: Origin): Promise<Origin>;
  /** All originals, in no particular order. The origin is null where none was kept with the object. */
  listOriginals(): AsyncGenerator<KeptOriginal>;
  /** Keys of all objects of a bucket, in no particular order. */
  list(bucket: Bucket): AsyncGenerator<string>;
  /** The same with when they were stored, epoch milliseconds on the clock of the store, and their size. */
  listAged(bucket: Bucket): AsyncGenerator<{ key: string; storedMs: number; bytes: number }>;
  /** Deletes an object. One that is not there is deleted already. */
  remove(bucket: Bucket, sha256: string): Promise<void>;
  /** Reads an object whole and checks it against its key. */
  get(bucket: Bucket, sha256: string): Promise<Buffer>;
  /**
   * Stores a few bytes beside the object that their name begins with (SHA-256, then more). What is there stays.
   *
   * @throws CorruptObject when other bytes are there
   */
  putBeside(bucket: Bucket, name: string, bytes: Uint8Array): Promise<void>;
  /** Reads them; what they are worth the reader is to find out. */
  getBeside(bucket: Bucket, name: string): Promise<Buffer>;
  /** Reads an object as a stream; the reader is to check the hash. */
  stream(bucket: Bucket, sha256: string): Promise<Readable>;
}

/** Where an original came from: with the bytes, all that the ledger needs to be made again. */
export interface Origin {
  source: string;
  name: string;
  receivedAt: Date;
  /** The archive it was a member of. */
  archiveSha256: string | null;
}

export interface KeptOriginal {
  sha256: string;
  sizeBytes: number;
  origin: Origin | null;
}

export interface ObjectStoreSettings {
  objectStoreUrl: string;
  objectStoreAccessKey: string;
  objectStoreSecretKey: string;
  objectStoreRegion: string;
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A request, or the rest of its answer, without a byte for so long fails: the client itself would wait for ever. */
const SILENCE_LIMIT_MS = 25_000;
/** A part of a large upload, and so the memory an upload needs. */
const PART_BYTES = 16 * 1024 * 1024;
/** Questions about objects that are under way at once while all are listed. */
const LIST_CONCURRENCY = 16;

/** Headers hold ASCII only: names are written as in a URL. */
const headersOf = ({ source, name, receivedAt, archiveSha256 }: Origin): Record<string, string> => ({
  'X-Amz-Meta-Source': encodeURIComponent(source),
  'X-Amz-Meta-Name': encodeURIComponent(name),
  'X-Amz-Meta-Received-At': receivedAt.toISOString(),
  ...(archiveSha256 === null ? {} : { 'X-Amz-Meta-Archive': archiveSha256 }),
});

function originOf(metaData: Record<string, unknown>): Origin | null {
  const { source, name, 'received-at': receivedAt, archive } = metaData as Record<string, string | undefined>;
  if (source === undefined || name === undefined || receivedAt === undefined) return null;
  return {
    source: decodeURIComponent(source),
    name: decodeURIComponent(name),
    receivedAt: new Date(receivedAt),
    archiveSha256: archive ?? null,
  };
}

/** What lies beside an object is small. */
const MOST_BESIDE_BYTES = 4_096;

/** As Node's own, but a request that hears nothing for too long ends: by itself the client does not look at the clock. */
const impatient = ({ request }: typeof http | typeof https) => ({
  request(options: http.RequestOptions, onAnswer: (answer: http.IncomingMessage) => void) {
    const asked = request({ ...options, timeout: SILENCE_LIMIT_MS }, onAnswer);
    asked.on('timeout', () =>
      asked.destroy(new Error(`the object store said nothing for ${SILENCE_LIMIT_MS / 1000} s`)),
    );
    return asked;
  },
});

/** A content-addressed store over any S3 server. */
export function createObjectStore(settings: ObjectStoreSettings): ObjectStore {
  const url = new URL(settings.objectStoreUrl);
  const client = new Client({
    endPoint: url.hostname,
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    useSSL: url.protocol === 'https:',
    accessKey: settings.objectStoreAccessKey,
    secretKey: settings.objectStoreSecretKey,
    region: settings.objectStoreRegion,
    partSize: PART_BYTES,
    transport: impatient(url.protocol === 'https:' ? https : http) as never,
    // Retrying is Temporal's job: a second layer inside the client only hides the outage.
    retryOptions: { disableRetry: true },
  });

  /** Null when there is no such object. */
  const statOf = async (bucket: Bucket, name: string): Promise<BucketItemStat | null> => {
    try {
      return await client.statObject(bucket, name);
    } catch (error) {
      if (error instanceof S3Error && (error.code === 'NotFound' || error.code === 'NoSuchKey')) return null;
      throw error;
    }
  };

  const exists = async (bucket: Bucket, sha256: string) => (await statOf(bucket, sha256)) !== null;

  const stream = async (bucket: Bucket, sha256: string): Promise<Readable> => {
    try {
      return await client.getObject(bucket, sha256);
    } catch (error) {
      if (error instanceof S3Error && error.code === 'NoSuchKey') {
        throw new MissingObject(`bucket ${bucket} has no object ${sha256}`);
      }
      throw error;
    }
  };

  /** False: something is stored under this name already. */
  const putOnce = async (
    bucket: Bucket,
    name: string,
    bytes: Buffer,
    headers: Record<string, string> = {},
  ): Promise<boolean> => {
    try {
      await client.putObject(bucket, name, bytes, bytes.length, { ...headers, 'If-None-Match': '*' });
      return true;
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      if (error.code === 'PreconditionFailed') return false;
      // Said by servers that know no conditional writes. One that is just writing it says neither: then it is tried again.
      if (error.code !== 'NotImplemented') throw error;
    }
    if (await exists(bucket, name)) return false;
    await client.putObject(bucket, name, bytes, bytes.length, headers);
    return true;
  };

  const putStream = async (bucket: Bucket, sha256: string, file: string, headers: Record<string, string>) => {
    const { size } = await stat(file);
    const source = createReadStream(file);
    // The client never settles when its source fails: the failure has to reach the caller by itself.
    const failed = new Promise<never>((_, reject) => source.once('error', reject));
    await Promise.race([client.putObject(bucket, sha256, source, size, headers), failed]);
  };

  const getBeside = async (bucket: Bucket, name: string): Promise<Buffer> => {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of (await stream(bucket, name)) as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > MOST_BESIDE_BYTES) {
        throw new CorruptObject(
          `object ${bucket}/${name}: expected at most ${MOST_BESIDE_BYTES} bytes, found more`,
        );
      }
      parts.push(part);
    }
    return Buffer.concat(parts);
  };

  return {
    stream,
    async ensureBuckets() {
      for (const bucket of Object.values(BUCKETS)) {
        if (!(await client.bucketExists(bucket))) await client.makeBucket(bucket, settings.objectStoreRegion);
      }
    },
    async put(bucket, bytes) {
      const key = sha256Of(bytes);
      await putOnce(bucket, key, Buffer.from(bytes));
      return key;
    },
    async putBeside(bucket, name, bytes) {
      if (await putOnce(bucket, name, Buffer.from(bytes))) return;
      const there = await getBeside(bucket, name);
      if (there.equals(bytes)) return;
      throw new CorruptObject(
        `object ${bucket}/${name}: expected ${bytes.length} bytes as they were made, found others`,
      );
    },
    getBeside,
    async putFile(bucket, sha256, file) {
      if (await exists(bucket, sha256)) return;
      await putStream(bucket, sha256, file, {});
    },
    async putOriginal(sha256, content, origin) {
      const kept = async (): Promise<Origin> =>
        originOf((await client.statObject(BUCKETS.raw, sha256)).metaData) ?? origin;
      const headers = headersOf(origin);
      if ('file' in content) {
        if (await exists(BUCKETS.raw, sha256)) return kept();
        await putStream(BUCKETS.raw, sha256, content.file, headers);
        return origin;
      }
      const { bytes } = content;
      return (await putOnce(BUCKETS.raw, sha256, bytes, headers)) ? origin : kept();
    },
    async *listOriginals() {
      let page: BucketItem[] = [];
      const described = () =>
        Promise.all(
          page.map(async ({ name, size }): Promise<KeptOriginal[]> => {
            const stat = await statOf(BUCKETS.raw, name!);
            // Removed since it was listed.
            if (stat === null) return [];
            return [{ sha256: name!, sizeBytes: size, origin: originOf(stat.metaData) }];
          }),
        ).then((found) => found.flat());
      for await (const item of client.listObjectsV2(BUCKETS.raw, '', true) as AsyncIterable<BucketItem>) {
        page.push(item);
        if (page.length < LIST_CONCURRENCY) continue;
        yield* await described();
        page = [];
      }
      yield* await described();
    },
    async *list(bucket) {
      const items = client.listObjectsV2(bucket, '', true) as AsyncIterable<BucketItem>;
      for await (const { name } of items) yield name!;
    },
    async *listAged(bucket) {
      const items = client.listObjectsV2(bucket, '', true) as AsyncIterable<BucketItem>;
      for await (const { name, lastModified, size } of items) {
        yield { key: name!, storedMs: lastModified!.getTime(), bytes: size! };
      }
    },
    async remove(bucket, sha256) {
      await client.removeObject(bucket, sha256);
    },
    async get(bucket, sha256) {
      const bytes = await buffer(await stream(bucket, sha256));
      const found = sha256Of(bytes);
      if (found !== sha256) {
        throw new CorruptObject(`object ${bucket}/${sha256}: its bytes hash to ${found}`);
      }
      return bytes;
    },
  };
}
