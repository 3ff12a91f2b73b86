/**
 * The chain of the audit log, computed anew: what 0022 does in the database, a second time and independently, so that
 * a change of either is found.
 */
import { createHash } from 'node:crypto';

/** An entry as it is stored; every value as the text that PostgreSQL writes for it. */
export interface ChainedEntry {
  id: string;
  /** Microseconds since 1970, UTC. */
  atMicros: string;
  who: string;
  action: string;
  subject: string;
  why: string;
  before: string | null;
  after: string | null;
  workflowId: string | null;
  salt: string | null;
  contentHash: string;
  prevHash: string;
  hash: string;
}

export interface ChainHead {
  id: string;
  hash: string;
}

/**
 * What is wrong with an entry, the first found. `content`: it says something else than when it was written. `link`: the
 * entry before it is another than when it was written (one is missing, added, or in another place). `hash`: its own
 * place or time was changed. `order`: its number is not above that of the one before. `end`: the last entries are missing, or
 * entries were added behind the chain.
 */
export interface ChainBreak {
  id: string;
  kind: 'content' | 'link' | 'hash' | 'order' | 'end';
  detail: string;
}

export interface ChainReport {
  entries: number;
  /** Entries out of which an erasure took a name; what is left of them is as the erasure told. */
  erased: number;
  head: ChainHead;
  firstBreak: ChainBreak | null;
  /** Whether the hash that was asked for is that of an entry; null when none was asked for. */
  containsKept: boolean | null;
}

export const NO_ENTRY: ChainHead = { id: '0', hash: '0'.repeat(64) };
const ERASED_ACTION = 'audit.erased';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const behindLength = (text: string | null): string =>
  text === null ? '-' : `${Buffer.byteLength(text, 'utf8')}:${text}`;

/** SHA-256 of what an entry says: each value behind its length in bytes, `-` for none. */
export const contentHashOf = (entry: ChainedEntry): string =>
  sha256(
    [
      entry.who,
      entry.action,
      entry.subject,
      entry.why,
      entry.before,
      entry.after,
      entry.workflowId,
      entry.salt,
    ]
      .map(behindLength)
      .join(','),
  );

/** SHA-256 that chains an entry to the one before it. */
export const chainHashOf = ({ prevHash, id, atMicros, contentHash }: ChainedEntry): string =>
  sha256([prevHash, id, atMicros, contentHash].join(','));

/**
 * Walks the log in the order of its ids up to the first break.
 *
 * @param storedHead what the database says is the last entry
 * @param keptHash a hash that was printed earlier and kept elsewhere: it must be that of an entry still
 */
export async function verifyChain(
  entries: AsyncIterable<ChainedEntry> | Iterable<ChainedEntry>,
  storedHead: ChainHead,
  keptHash: string | null = null,
): Promise<ChainReport> {
  let head = NO_ENTRY;
  let count = 0;
  let containsKept = keptHash === null ? null : keptHash === NO_ENTRY.hash;
  /** Entries that do not say what they said, with the hash of what they say now, until an erasure accounts for them. */
  const changed = new Map<string, string>();
  let erased = 0;
  const report = (firstBreak: ChainBreak | null): ChainReport => ({
    entries: count,
    erased,
    head,
    firstBreak,
    containsKept,
  });
  for await (const entry of entries) {
    const broken = breakOf(entry, head);
    if (broken !== null) return report(earliest(changed, broken));
    const content = contentHashOf(entry);
    if (content !== entry.contentHash) changed.set(entry.id, content);
    else if (entry.action === ERASED_ACTION) erased += account(changed, entry);
    head = { id: entry.id, hash: entry.hash };
    count++;
    if (keptHash === entry.hash) containsKept = true;
  }
  const isWhole = head.id === storedHead.id && head.hash === storedHead.hash;
  const end: ChainBreak | null = isWhole
    ? null
    : {
        id: head.id,
        kind: 'end',
        detail: `the last entry should be ${storedHead.id} with hash ${storedHead.hash}, found ${head.id} with ${head.hash}`,
      };
  return report(earliest(changed, end));
}

function breakOf(entry: ChainedEntry, before: ChainHead): ChainBreak | null {
  const { id, prevHash, hash } = entry;
  if (BigInt(id) <= BigInt(before.id)) {
    return { id, kind: 'order', detail: `expected a number above ${before.id}, found ${id}` };
  }
  if (prevHash !== before.hash) {
    const detail = `expected ${before.hash} (of entry ${before.id}) as the hash before it, found ${prevHash}`;
    return { id, kind: 'link', detail };
  }
  const expected = chainHashOf(entry);
  if (hash !== expected) return { id, kind: 'hash', detail: `expected hash ${expected}, found ${hash}` };
  return null;
}

/** Takes those out of `changed` that an erasure told of, and returns how many. */
function account(changed: Map<string, string>, { after }: ChainedEntry): number {
  const told = (JSON.parse(after ?? '{}') as { entries?: Record<string, string> }).entries ?? {};
  let accounted = 0;
  for (const [id, contentHash] of Object.entries(told)) {
    if (changed.get(id) === contentHash && changed.delete(id)) accounted++;
  }
  return accounted;
}

/** The first of the entries that changed, which nobody accounted for, else the other break. */
function earliest(changed: ReadonlyMap<string, string>, other: ChainBreak | null): ChainBreak | null {
  for (const id of changed.keys()) {
    return { id, kind: 'content', detail: 'it says something else than when it was written' };
  }
  return other;
}
