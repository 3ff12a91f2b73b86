import { median } from '../../median.ts';
import type { SourceFacts, SourceFile, ToldDigest } from './source-facts.ts';
import type { SourceFinding } from './source-finding.ts';

const DAY_MS = 86_400_000;
/** A damaged file is news for a week, or until it comes again whole. */
const NEWS_MS = 7 * DAY_MS;

/** Refusals of a whole file that are the fault of its way here, or of who sent it. */
const REFUSALS: Readonly<Record<string, string>> = {
  'damaged-archive': 'truncated',
  'empty-file': 'empty',
  'empty-archive': 'empty',
  'not-csv': 'unreadable',
  'encrypted-archive': 'unreadable',
  'missing-columns': 'schema-changed',
};

/** A file of which so many rows are known already was sent again, where that is not usual. */
const REPEATED_SHARE = 0.9;
const USUAL_SHARE = 0.1;
const LEAST_ROWS = 10;
/** A number below the rows is their count where it was so before. */
const LEAST_TRAILERS = 3;
const TRAILER_SHARE = 0.7;

/**
 * Files that did not come as they were sent: cut off, empty, unreadable, of another digest than told, sent twice.
 * One finding a file; it ends when a file of the same name comes whole, or after a week.
 */
export function findDamage(facts: SourceFacts, asOfMs: number): SourceFinding[] {
  const files = facts.files.filter(({ receivedAtMs }) => receivedAtMs <= asOfMs);
  const digestOf = new Map<string, ToldDigest>();
  for (const digest of facts.digests) if (digest.receivedAtMs <= asOfMs) digestOf.set(digest.name, digest);
  const firstOf = new Map<string, SourceFile>();
  const lastOf = new Map(files.map((file) => [file.name, file]));
  const read = files.filter(({ rowsIn }) => rowsIn !== null);
  const agreeing = read.filter(({ trailerRows, rowsIn }) => trailerRows === rowsIn).length;
  const tellsRows = agreeing >= LEAST_TRAILERS && agreeing >= TRAILER_SHARE * read.length;
  const found: SourceFinding[] = [];
  for (const file of files) {
    const before = firstOf.get(file.sha256);
    if (before === undefined) firstOf.set(file.sha256, file);
    if (asOfMs - file.receivedAtMs > NEWS_MS || lastOf.get(file.name) !== file) continue;
    const damage = damageOf(file, digestOf.get(file.name), tellsRows) ?? repetitionOf(file, before, files);
    if (damage === null) continue;
    const { variant, ...told } = damage;
    const evidence = { observed: null, expected: null, limit: null, unit: null, text: file.name, ...told };
    found.push({
      kind: 'transmission',
      variant,
      what: `${variant}/${file.name}`,
      sinceMs: file.receivedAtMs,
      evidence,
    });
  }
  return found;
}

interface Damage {
  variant: string;
  observed?: number;
  expected?: number;
  unit?: 'rows' | 'share';
}

function damageOf(file: SourceFile, digest: ToldDigest | undefined, tellsRows: boolean): Damage | null {
  const { state, refusalCode, rowsIn, trailerRows, sha256 } = file;
  const refused = state === 'refused' && refusalCode !== null ? REFUSALS[refusalCode] : undefined;
  if (refused !== undefined) return { variant: refused };
  if (tellsRows && rowsIn !== null && trailerRows !== null && rowsIn !== trailerRows) {
    return { variant: 'truncated', observed: rowsIn, expected: trailerRows, unit: 'rows' };
  }
  // What usually ends with its count and does not was cut off before it.
  if (tellsRows && state === 'loaded' && trailerRows === null) return { variant: 'truncated' };
  if (file.endsInRefusedRow) return { variant: 'truncated' };
  return digest !== undefined && digest.sha256 !== sha256 ? { variant: 'checksum' } : null;
}

function repetitionOf(
  file: SourceFile,
  before: SourceFile | undefined,
  files: readonly SourceFile[],
): Damage | null {
  if (before !== undefined && before.name !== file.name && file.sizeBytes > 0) return { variant: 'repeated' };
  const share = shareRepeated(file);
  if (share === null || share < REPEATED_SHARE) return null;
  const others = files.filter((one) => one !== file);
  const usualShare = median(others.flatMap((one) => shareRepeated(one) ?? [])) ?? 0;
  if (usualShare > USUAL_SHARE) return null;
  return { variant: 'repeated', observed: share, unit: 'share' };
}

const shareRepeated = ({ rowsIn, rowsDuplicate }: SourceFile): number | null =>
  rowsIn === null || rowsDuplicate === null || rowsIn < LEAST_ROWS ? null : rowsDuplicate / rowsIn;
