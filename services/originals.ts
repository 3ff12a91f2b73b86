import { buffer } from 'node:stream/consumers';
import type { ArchiveLimits } from '../models/intake/intake-options.ts';
import { ArchiveBomb, DamagedArchive } from './decompress.ts';
import { inMemory, type Original, SMALL_FILE_BYTES, withCopy } from './drop-folder.ts';
import type { ObjectStore } from './object-store.ts';
import { EmptyArchive, EncryptedArchive, isArchive, isZip, readZip } from './zip-archive.ts';

/** A line that the ledger of files is to get. */
export interface KeptFile {
  sha256: string;
  source: string;
  name: string;
  sizeBytes: number;
  receivedAt: Date;
  archiveSha256: string | null;
  state: 'stored' | 'refused' | 'unpacked';
  refusalCode: string | null;
  refusalDetail: string | null;
}

export interface Received {
  source: string;
  name: string;
  receivedAt: Date;
}

/** User metadata of an S3 object has 2 KB in all; a name is most of it. */
const MAX_NAME_BYTES = 1_200;

/**
 * Keeps an original in the object store and, of a zip archive, each member as a file of its own
 * (`archive.zip/member.csv`).
 *
 * An archive is read through once before a member is kept, so that one that turns out to be damaged or a bomb leaves
 * nothing but itself, refused with the reason.
 *
 * @returns lines for the ledger, the file itself first
 */
export async function keepOriginal(
  objectStore: ObjectStore,
  original: Original,
  received: Received,
  limits: ArchiveLimits,
): Promise<KeptFile[]> {
  const file = await keep(objectStore, original, received, null);
  if (!isZip(original.start)) return [file];
  const members: KeptFile[] = [];
  try {
    const isDocument = !(await readZip(original, limits, async ({ stream }) => {
      for await (const _ of stream);
    }));
    if (isDocument) return [file];
    await readZip(original, limits, async (member) => {
      const keepMember = (content: Original) =>
        keep(objectStore, content, { ...received, name: `${file.name}/${member.name}` }, file.sha256);
      members.push(
        member.sizeBytes <= SMALL_FILE_BYTES
          ? await keepMember(inMemory(await buffer(member.stream)))
          : await withCopy(member.stream, keepMember),
      );
    });
  } catch (error) {
    const code = refusalCodeOf(error);
    if (code === null) throw error;
    return [{ ...file, state: 'refused', refusalCode: code, refusalDetail: (error as Error).message }];
  }
  return [{ ...file, state: 'unpacked' }, ...members];
}

async function keep(
  objectStore: ObjectStore,
  { sha256, sizeBytes, start, content }: Original,
  { source, name, receivedAt }: Received,
  archiveSha256: string | null,
): Promise<KeptFile> {
  const origin = { source, name: boundedName(name), receivedAt, archiveSha256 };
  // The ledger says what the object says, so that it can be made again from the objects.
  const kept = await objectStore.putOriginal(sha256, content, origin);
  const isNested = archiveSha256 !== null && isArchive(start);
  return {
    sha256,
    source: kept.source,
    name: kept.name,
    sizeBytes,
    receivedAt: kept.receivedAt,
    archiveSha256: kept.archiveSha256,
    state: isNested ? 'refused' : 'stored',
    refusalCode: isNested ? 'nested-archive' : null,
    refusalDetail: isNested ? 'an archive inside an archive: send it by itself' : null,
  };
}

function boundedName(name: string): string {
  let bounded = name.toWellFormed().slice(0, MAX_NAME_BYTES);
  while (encodeURIComponent(bounded).length > MAX_NAME_BYTES) {
    bounded = bounded.slice(0, Math.floor(bounded.length * 0.9)).toWellFormed();
  }
  return bounded;
}

function refusalCodeOf(error: unknown): string | null {
  if (error instanceof ArchiveBomb) return 'archive-bomb';
  if (error instanceof DamagedArchive) return 'damaged-archive';
  if (error instanceof EncryptedArchive) return 'encrypted-archive';
  if (error instanceof EmptyArchive) return 'empty-archive';
  return null;
}
