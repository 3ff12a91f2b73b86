import { createReadStream } from 'node:fs';
import { decompressed } from './decompress.ts';

/**
 * The first bytes of a file, unpacked: at least `wantedBytes`, or the whole file (`complete`).
 *
 * @throws DamagedArchive, ArchiveBomb
 */
export async function readFileStart(
  file: string,
  wantedBytes: number,
): Promise<{ bytes: Buffer; complete: boolean }> {
  const stream = createReadStream(file);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of decompressed(stream)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= wantedBytes) return { bytes: Buffer.concat(chunks), complete: false };
    }
    return { bytes: Buffer.concat(chunks), complete: true };
  } finally {
    stream.destroy();
  }
}
