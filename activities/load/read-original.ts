import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { ArchiveLimits } from '../../models/intake/intake-options.ts';
import { decompressed } from '../../services/decompress.ts';
import { BUCKETS, CorruptObject, type ObjectStore } from '../../services/object-store.ts';

/**
 * The bytes of an original, unpacked, chunk by chunk; checked against their hash when the last one was read.
 *
 * @param limits those of its source
 *
 * @throws CorruptObject, DamagedArchive, ArchiveBomb while iterating
 */
export async function* readOriginal(
  objectStore: ObjectStore,
  sha256: string,
  limits: Pick<ArchiveLimits, 'maxBytes' | 'maxRatio'>,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const original = await objectStore.stream(BUCKETS.raw, sha256);
  const hashed = original.pipe(
    new Transform({
      transform(chunk, _, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    }),
  );
  // pipe() does not hand on errors: a connection cut in the middle must not look like the end of the file.
  original.on('error', (error) => hashed.destroy(error));
  original.on('aborted', () => hashed.destroy(new Error(`reading ${sha256} was cut off`)));
  try {
    yield* decompressed(hashed, limits);
  } finally {
    // A file that is refused halfway leaves the rest of it on the connection.
    original.destroy();
  }
  if (hash.digest('hex') !== sha256)
    throw new CorruptObject(`object raw/${sha256}: its bytes have another hash`);
}
