import { pipeline, type Readable, Transform } from 'node:stream';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { ArchiveLimits } from '../models/intake/intake-options.ts';
import { ArchiveBomb, DamagedArchive } from './decompress.ts';
import type { Original } from './drop-folder.ts';

/** The archive is locked with a password. Trying again cannot help. */
export class EncryptedArchive extends Error {
  override name = 'EncryptedArchive';
}

/** The archive holds no file. */
export class EmptyArchive extends Error {
  override name = 'EmptyArchive';
}

export interface ZipMember {
  /** As written in the archive, made harmless: it names the member, nothing is ever written under it. */
  name: string;
  /** Unpacked, as the archive says; the stream fails when it is another. */
  sizeBytes: number;
  stream: Readable;
}

/** Below this a high ratio is no danger: an empty log of blanks. */
const HARMLESS_BYTES = 64 * 1024 * 1024;

/** Whether bytes are the start of a zip archive, also of an empty one. */
export const isZip = (start: Uint8Array): boolean =>
  start[0] === 0x50 &&
  start[1] === 0x4b &&
  ((start[2] === 3 && start[3] === 4) || (start[2] === 5 && start[3] === 6));

/** Whether bytes are the start of an archive of any kind that is read here. */
export const isArchive = (start: Uint8Array): boolean =>
  isZip(start) || (start[0] === 0x1f && start[1] === 0x8b);

/**
 * Hands the members of a zip archive to `take`, one after the other; each stream is to be read to its end. Sizes
 * are checked before anything is unpacked, and again with the check sum while it is.
 *
 * @returns false, with nothing taken, when the zip is a document (Excel, LibreOffice) and no archive of files
 * @throws DamagedArchive, ArchiveBomb, EncryptedArchive, EmptyArchive
 */
export async function readZip(
  { content, sizeBytes }: Original,
  limits: ArchiveLimits,
  take: (member: ZipMember) => Promise<void>,
): Promise<boolean> {
  // Names are decoded here: the library refuses a whole archive for one name that points outside.
  const options = { lazyEntries: true, decodeStrings: false, autoClose: false } as const;
  const zip = await ('bytes' in content
    ? yauzl.fromBufferPromise(content.bytes, options)
    : yauzl.openPromise(content.file, options)
  ).catch(asDamage);
  try {
    const entries = await entriesOf(zip, sizeBytes, limits);
    if (entries === null) return false;
    for (const entry of entries) await takeMember(zip, entry, take);
    return true;
  } finally {
    zip.close();
  }
}

const asDamage = (error: Error): never => {
  throw new DamagedArchive(`damaged zip file: ${error.message}`);
};

/** The members that are files, checked; null for a document. */
async function entriesOf(zip: ZipFile, packedBytes: number, limits: ArchiveLimits): Promise<Entry[] | null> {
  if (zip.entryCount > limits.maxMembers) {
    throw new ArchiveBomb(`holds ${zip.entryCount} files, expected at most ${limits.maxMembers}`);
  }
  const entries: Entry[] = [];
  let unpackedBytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry);
      if (name === '[Content_Types].xml' || name === 'mimetype') return null;
      unpackedBytes += entry.uncompressedSize;
      if (!isHidden(name)) entries.push(entry);
    }
  } catch (error) {
    asDamage(error as Error);
  }
  if (unpackedBytes > limits.maxBytes) {
    throw new ArchiveBomb(`unpacks to ${unpackedBytes} bytes, expected at most ${limits.maxBytes}`);
  }
  if (unpackedBytes > HARMLESS_BYTES && unpackedBytes > packedBytes * limits.maxRatio) {
    throw new ArchiveBomb(`unpacks to more than ${limits.maxRatio} times its size`);
  }
  const locked = entries.find((entry) => entry.isEncrypted());
  if (locked) {
    throw new EncryptedArchive(`"${nameOf(locked)}" is locked with a password: send the archive without one`);
  }
  if (entries.length === 0) throw new EmptyArchive('expected files in the archive, found none');
  return entries;
}

async function takeMember(
  zip: ZipFile,
  entry: Entry,
  take: (member: ZipMember) => Promise<void>,
): Promise<void> {
  const name = nameOf(entry);
  if (!entry.canDecodeFileData()) {
    throw new DamagedArchive(
      `"${name}": expected compression by deflate or none, found method ${entry.compressionMethod}`,
    );
  }
  const unpacked = await zip.openReadStreamPromise(entry).catch(asDamage);
  let sum = 0;
  const summing = new Transform({
    transform(chunk: Buffer, _, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
  });
  let damage: Error | null = null;
  const stream = pipeline(unpacked, summing, () => {});
  unpacked.on('error', (error) => {
    damage = error;
  });
  try {
    await take({ name, sizeBytes: entry.uncompressedSize, stream });
  } catch (error) {
    throw damage === null
      ? error
      : new DamagedArchive(`damaged zip file: "${name}": ${(damage as Error).message}`);
  } finally {
    stream.destroy();
  }
  if (sum >>> 0 !== entry.crc32)
    throw new DamagedArchive(`damaged zip file: "${name}" has another check sum`);
}

/** Control characters, and what points out of the archive, are taken out of a name. */
function nameOf(entry: Entry): string {
  const text = yauzl.getFileNameLowLevel(
    entry.generalPurposeBitFlag,
    entry.fileNameRaw,
    entry.extraFields,
    false,
  );
  const parts = text
    .replaceAll('\\', '/')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
    .replace(/[\u0000-\u001f\u007f]/g, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  const joined = parts.join('/').slice(0, 500) || 'unnamed';
  return text.endsWith('/') ? `${joined}/` : joined;
}

/** Folders, and what archivers add by themselves. */
const isHidden = (name: string): boolean =>
  name.endsWith('/') || name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
