import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { decompressed } from './decompress.ts';
import { withCopy } from './drop-folder.ts';

/** The content of a file that may be appended to meanwhile. */
export interface GrowingContent {
  sizeBytes: number;
  /** It was packed, so it is complete. */
  isWhole: boolean;
  /** Bytes `from` up to, not including, `to`; fewer when the file was cut meanwhile. */
  read(from: number, to: number): Promise<Buffer>;
}

const COMPARED_BYTES = 1 << 20;

/** Opens a file for `work`; one packed with gzip is unpacked to a private copy first. */
export async function withGrowingContent<T>(
  file: string,
  work: (content: GrowingContent) => Promise<T>,
): Promise<T> {
  const handle = await open(file, 'r');
  try {
    const content = await contentOf(handle, false);
    const start = await content.read(0, 2);
    if (start[0] !== 0x1f || start[1] !== 0x8b) return await work(content);
    return await withCopy(asStream(decompressed(createReadStream(file))), async (copy) => {
      if ('bytes' in copy.content) throw new Error('a private copy is a file');
      const unpacked = await open(copy.content.file, 'r');
      try {
        return await work(await contentOf(unpacked, true));
      } finally {
        await unpacked.close();
      }
    });
  } finally {
    await handle.close();
  }
}

const asStream = (chunks: AsyncGenerator<Buffer>): NodeJS.ReadableStream => Readable.from(chunks);

async function contentOf(handle: FileHandle, isWhole: boolean): Promise<GrowingContent> {
  return {
    sizeBytes: (await handle.stat()).size,
    isWhole,
    async read(from, to) {
      const bytes = Buffer.alloc(Math.max(0, to - from));
      let length = 0;
      while (length < bytes.length) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length, from + length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return bytes.subarray(0, length);
    },
  };
}

/** Whether the first `length` bytes of two contents are the same. */
export async function startsAlike(
  one: GrowingContent,
  other: GrowingContent,
  length: number,
): Promise<boolean> {
  for (let from = 0; from < length; from += COMPARED_BYTES) {
    const to = Math.min(length, from + COMPARED_BYTES);
    const [a, b] = await Promise.all([one.read(from, to), other.read(from, to)]);
    if (a.length !== to - from || !a.equals(b)) return false;
  }
  return true;
}
