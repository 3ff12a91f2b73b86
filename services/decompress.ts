import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** The file says gzip and is not, or ends in the middle. Trying again cannot help. */
export class DamagedArchive extends Error {
  override name = 'DamagedArchive';
}

/** The file unpacks to more than is believable for its size. */
export class ArchiveBomb extends Error {
  override name = 'ArchiveBomb';
}

/** Logs compress 5 to 50 times; nothing honest compresses a thousand times. */
const DEFAULT_LIMITS = { maxBytes: 64 * 1024 ** 3, maxRatio: 1_000 };
/** Below this a high ratio is no danger: an empty log of blanks. */
const HARMLESS_BYTES = 64 * 1024 * 1024;

const isGzip = (start: Buffer): boolean => start[0] === 0x1f && start[1] === 0x8b;

/**
 * The chunks of a file, unpacked when its first bytes say gzip, within limits of size and ratio.
 *
 * @throws DamagedArchive, ArchiveBomb while iterating.
 */
export async function* decompressed(
  source: Readable,
  { maxBytes, maxRatio } = DEFAULT_LIMITS,
): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
  const first = await chunks.next();
  if (first.done) return;
  let packedBytes = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for (let chunk: Buffer | undefined = first.value; chunk; chunk = (await chunks.next()).value) {
      packedBytes += chunk.length;
      yield chunk;
    }
  }
  if (!isGzip(first.value)) {
    yield* counted();
    return;
  }
  let unpackedBytes = 0;
  const unpacked = pipeline(Readable.from(counted()), createGunzip(), () => {});
  try {
    for await (const chunk of unpacked) {
      unpackedBytes += chunk.length;
      if (unpackedBytes > maxBytes) {
        throw new ArchiveBomb(`unpacks to more than ${maxBytes} bytes`);
      }
      if (unpackedBytes > HARMLESS_BYTES && unpackedBytes > packedBytes * maxRatio) {
        throw new ArchiveBomb(`unpacks to more than ${maxRatio} times its size`);
      }
      yield chunk as Buffer;
    }
  } catch (error) {
    const damaged = String((error as NodeJS.ErrnoException).code).startsWith('Z_');
    throw damaged ? new DamagedArchive(`damaged gzip file: ${(error as Error).message}`) : error;
  }
}
