import path from 'node:path';
import { findSightings, type Sighting, saveSightings } from '../../db/load/sightings.ts';
import type { Source } from '../../db/load/sources.ts';
import type { Pool } from '../../db/pool.ts';
import { type Look, SMALL_FILE_BYTES, withOriginal } from '../../services/drop-folder.ts';
import { inParallel } from '../in-parallel.ts';

/** A file that two looks saw alike, and the content the first one saw. */
export interface SeenTwice {
  look: Look;
  /** null: it is large, and was not read at the first look. */
  sha256: string | null;
}

const CONCURRENT_READS = 8;

/**
 * Of the files of a folder whose times and sizes may be late those that were seen alike at least `settleMs` ago. The
 * others are remembered for the next look.
 */
export async function seenTwice(
  pool: Pool,
  source: Source,
  looks: readonly Look[],
  settleMs: number,
  nowMs: number,
): Promise<SeenTwice[]> {
  const earlier = await findSightings(
    pool,
    source.name,
    looks.map((look) => look.path),
  );
  const ready: SeenTwice[] = [];
  const unknown: Look[] = [];
  for (const look of looks) {
    const first = earlier.get(look.path);
    if (first?.sizeBytes !== look.sizeBytes || first.modifiedAtMs !== look.modifiedAtMs) unknown.push(look);
    else if (nowMs - first.seenAtMs >= settleMs) ready.push({ look, sha256: first.sha256 });
  }
  const sightings = await inParallel(unknown, CONCURRENT_READS, async (look): Promise<Sighting> => {
    const sha256 =
      look.sizeBytes > SMALL_FILE_BYTES ? null : await contentOf(path.join(source.folder, look.path));
    return { ...look, sha256, seenAtMs: nowMs };
  });
  if (sightings.length > 0) await saveSightings(pool, source.name, sightings);
  return ready;
}

/** Unreadable now: the second look will find another content than none and wait once more. */
const contentOf = (file: string): Promise<string | null> =>
  withOriginal(file, async ({ sha256 }) => sha256).catch(() => '');
