import { createHash } from 'node:crypto';
import path from 'node:path';
import type { PoolClient } from 'pg';
import { saveFiles } from '../../db/load/files.ts';
import type { Source } from '../../db/load/sources.ts';
import { forgetTails, listTails, lockTails, saveTail, type Tail, touchTails } from '../../db/load/tails.ts';
import { withTransaction } from '../../db/pool.ts';
import { inspectMetricFile, inspectRunFile } from '../../models/clean/inspect-file.ts';
import { detectByContract } from '../../models/contract/inspect-by-contract.ts';
import type { IntakeOptions } from '../../models/intake/intake-options.ts';
import { type CutDialect, headerBytes, wholeRecordBytes } from '../../models/intake/record-cut.ts';
import { ArchiveBomb, DamagedArchive } from '../../services/decompress.ts';
import { inMemory, type Look, lookAt } from '../../services/drop-folder.ts';
import { type GrowingContent, startsAlike, withGrowingContent } from '../../services/growing-file.ts';
import { type KeptFile, keepOriginal } from '../../services/originals.ts';
import type { Dependencies } from '../dependencies.ts';
import { inParallel } from '../in-parallel.ts';
import { type SourceWithContract, withContract } from './source-contracts.ts';

/** What of a file's start, and of what was read last, is compared to know it again. */
const COMPARED_BYTES = 64 * 1024;
/** Rows stored as one original at most: held in memory. */
const SEGMENT_BYTES = 8 * 1024 * 1024;
/** One transaction ends after so many segments; the rest is for the next call. */
const SEGMENTS_AT_ONCE = 32;
/** A rotated file that is away for so long does not come back. */
const FORGET_MS = 30 * 24 * 3_600_000;
const CONCURRENT_LOOKS = 32;

interface FollowOutcome {
  kept: KeptFile[];
  /** There is more to read at once. */
  more: boolean;
}

/**
 * Reads on in the growing files of a source: each gives segments (its header and the rows that are new and whole),
 * stored as originals in one transaction with how far it was read.
 *
 * A file is known by its content, not by its name: its start, and the piece before the place it was read to, must
 * still be there. So a renamed file is read on, a truncated one is begun again, and a copy of a file (copytruncate) or
 * its packed form gives only what was not read before. Bytes are left out only where they equal bytes already stored.
 */
export async function followFiles(
  { pool, objectStore, now }: Dependencies,
  source: Source,
  options: IntakeOptions,
  names: readonly string[],
): Promise<FollowOutcome> {
  return withTransaction(pool, async (client) => {
    await lockTails(client, source.name);
    const pass = new Pass(
      client,
      await withContract(client, source),
      options,
      now(),
      await listTails(client, source.name),
      async (bytes, name) =>
        keepOriginal(
          objectStore,
          inMemory(bytes),
          { source: source.name, name, receivedAt: new Date(now()) },
          options.archive,
        ),
    );
    const looks = (await inParallel(names, CONCURRENT_LOOKS, (name) => lookAt(source.folder, name))).filter(
      (look) => look !== null,
    );
    const outcome = await pass.follow(looks);
    await forgetTails(client, source.name, new Date(now() - FORGET_MS));
    return outcome;
  });
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

class Pass {
  readonly #client: PoolClient;
  readonly #source: SourceWithContract;
  readonly #options: IntakeOptions;
  readonly #nowMs: number;
  readonly #keep: (bytes: Buffer, name: string) => Promise<KeptFile[]>;
  #tails: Tail[];
  /** Tails whose file was found in this pass, and where. */
  readonly #found = new Map<number, Look>();
  readonly #kept: KeptFile[] = [];
  #more = false;

  constructor(
    client: PoolClient,
    source: SourceWithContract,
    options: IntakeOptions,
    nowMs: number,
    tails: Tail[],
    keep: (bytes: Buffer, name: string) => Promise<KeptFile[]>,
  ) {
    this.#client = client;
    this.#source = source;
    this.#options = options;
    this.#nowMs = nowMs;
    this.#tails = tails;
    this.#keep = keep;
  }

  async follow(looks: readonly Look[]): Promise<FollowOutcome> {
    // A file that stayed what it was is read before its copies: they give only what it does not.
    const identities = new Set(
      this.#tails.filter(({ copyOf }) => copyOf === null).map(({ identity }) => identity),
    );
    const rank = (look: Look) => (identities.has(look.identity) ? 0 : 1);
    for (const look of [...looks].sort((a, b) => rank(a) - rank(b) || a.modifiedAtMs - b.modifiedAtMs)) {
      if (look.sizeBytes === 0 || this.#isUnchanged(look)) continue;
      if (this.#kept.length >= SEGMENTS_AT_ONCE) {
        this.#more = true;
        break;
      }
      await this.#followOne(look);
    }
    await touchTails(this.#client, [...this.#found.keys()], new Date(this.#nowMs));
    await saveFiles(this.#client, [...new Map(this.#kept.map((file) => [file.sha256, file])).values()]);
    return { kept: this.#kept, more: this.#more };
  }

  /** Whether nobody touched it since the last look, and nothing of it waits for its time. */
  #isUnchanged(look: Look): boolean {
    const tail = this.#tails.find(
      (one) =>
        one.path === look.path &&
        one.identity === look.identity &&
        one.sizeBytes === look.sizeBytes &&
        one.modifiedAtMs === look.modifiedAtMs,
    );
    if (tail === undefined) return false;
    if (this.#isQuiet(look) && this.#hasRest(tail, look)) return false;
    this.#found.set(tail.id, look);
    return true;
  }

  /** Whether bytes of the file are in no segment: a last line without its end, which is nowhere else to be found. */
  #hasRest(tail: Tail, look: Look): boolean {
    if (tail.copyOf === null) return tail.dialect !== null && tail.readBytes < look.sizeBytes;
    const original = this.#tails.find(({ id }) => id === tail.copyOf);
    return original !== undefined && !this.#found.has(original.id) && original.readBytes < look.sizeBytes;
  }

  #isQuiet(look: Look): boolean {
    return this.#nowMs - look.modifiedAtMs >= this.#options.quietMs;
  }

  async #followOne(look: Look): Promise<void> {
    try {
      await withGrowingContent(path.join(this.#source.folder, look.path), async (content) => {
        const head = await content.read(0, COMPARED_BYTES);
        if (await this.#isCopy(look, content, head)) return;
        const tail = (await this.#knownAs(look, content, head)) ?? (await this.#begin(look, content, head));
        if (tail !== null) await this.#readOn(tail, look, content);
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      const isDamaged = error instanceof DamagedArchive || error instanceof ArchiveBomb;
      // One that is still being packed is whole at the next look.
      if (!isDamaged) throw error;
    }
  }

  /** The tail of which the file holds all that was read, moved here; null when there is none. */
  async #knownAs(look: Look, content: GrowingContent, head: Buffer): Promise<Tail | null> {
    let best: Tail | null = null;
    for (const tail of this.#tails) {
      if (tail.copyOf !== null || tail.dialect === null || tail.readBytes > content.sizeBytes) continue;
      if (best !== null && tail.readBytes <= best.readBytes && tail.identity !== look.identity) continue;
      if (tail.headBytes > head.length || sha256Of(head.subarray(0, tail.headBytes)) !== tail.headSha256)
        continue;
      if (!(await endsAlike(tail, content))) continue;
      if (best === null || tail.readBytes >= best.readBytes) best = tail;
    }
    if (best === null) return null;
    const elsewhere = this.#found.get(best.id);
    // Its own file was found already, and this one goes on otherwise: from here it has a tail of its own.
    return elsewhere === undefined || elsewhere.path === look.path ? best : { ...best, id: NEW };
  }

  /** A tail from the start of a file that was not seen before; null while it cannot be told what it is. */
  async #begin(look: Look, content: GrowingContent, head: Buffer): Promise<Tail | null> {
    const complete = head.length === content.sizeBytes;
    const dialect = this.#dialectOf(head, complete);
    const headerEnd = dialect === null ? null : headerBytes(head, dialect, dialect.headerOffset);
    if (dialect === null || headerEnd === null) {
      if (complete && !content.isWhole && !this.#isQuiet(look)) return null;
      await this.#keepWhole(look, content);
      return null;
    }
    const { headerOffset: _, ...cut } = dialect;
    return {
      ...emptyTail(look),
      header: Buffer.from(head.subarray(0, headerEnd)),
      dialect: cut,
      readBytes: headerEnd,
    };
  }

  #dialectOf(head: Buffer, complete: boolean): (CutDialect & { headerOffset: number }) | null {
    const { kind, contract } = this.#source;
    const inspected =
      contract !== null
        ? detectByContract(contract, head, complete)
        : kind === 'runs'
          ? inspectRunFile(head, complete)
          : inspectMetricFile(head, complete);
    if ('code' in inspected) return null;
    const { encoding, delimiter, quote, lineEnding, header, headerOffset } = inspected.dialect;
    // A lone CR may be the first half of a CRLF that is being written.
    if (complete && lineEnding === 'cr' && head.at(-1) === 13 && head.indexOf(13) === head.length - 1)
      return null;
    return { encoding, delimiter, quote, lineEnding, fields: header.length, headerOffset };
  }

  /** Whether a file found in this pass begins with all of this one: a copy of it, perhaps one still being made. */
  async #isCopy(look: Look, content: GrowingContent, head: Buffer): Promise<boolean> {
    for (const [id, original] of this.#found) {
      const tail = this.#tails.find((one) => one.id === id)!;
      if (tail.copyOf !== null || tail.dialect === null || original.path === look.path) continue;
      if (tail.headBytes <= head.length && sha256Of(head.subarray(0, tail.headBytes)) !== tail.headSha256)
        continue;
      const file = path.join(this.#source.folder, original.path);
      const isCopy = await withGrowingContent(
        file,
        async (one) => one.sizeBytes >= content.sizeBytes && startsAlike(one, content, content.sizeBytes),
      ).catch(() => false);
      if (!isCopy) continue;
      await this.#save({ ...emptyTail(look), copyOf: id }, look);
      return true;
    }
    return false;
  }

  /** No table, or none yet after a long time: people are to see it refused, with the reason. */
  async #keepWhole(look: Look, content: GrowingContent): Promise<void> {
    const bytes = await content.read(0, SEGMENT_BYTES);
    this.#kept.push(...(await this.#keep(bytes, path.basename(look.path))));
    await this.#save({ ...emptyTail(look), readBytes: content.sizeBytes });
  }

  async #readOn(begun: Tail, look: Look, content: GrowingContent): Promise<void> {
    let tail = begun;
    const dialect = tail.dialect!;
    const isFinal = content.isWhole || this.#isQuiet(look);
    while (tail.readBytes < content.sizeBytes) {
      if (this.#kept.length >= SEGMENTS_AT_ONCE) {
        this.#more = true;
        break;
      }
      const bytes = await content.read(
        tail.readBytes,
        Math.min(content.sizeBytes, tail.readBytes + SEGMENT_BYTES),
      );
      const isRest = tail.readBytes + bytes.length === content.sizeBytes;
      const whole = wholeRecordBytes(bytes, dialect);
      // A record longer than a segment is refused by its reader; here it must not stop the file.
      const length =
        (isRest && isFinal) || (whole === 0 && bytes.length === SEGMENT_BYTES) ? bytes.length : whole;
      // Cut short while it was read: the next look begins it again.
      if (length === 0 || (tail.lastBytes > 0 && !(await endsAlike(tail, content)))) break;
      const rows = bytes.subarray(0, length);
      const name = `${path.basename(look.path)}@${tail.readBytes}`;
      this.#kept.push(...(await this.#keep(Buffer.concat([tail.header, rows]), name)));
      tail = await this.#advanced(tail, content, tail.readBytes + length);
    }
    if (tail.headBytes === 0) return;
    const { path: seenPath, identity, sizeBytes, modifiedAtMs } = look;
    // With more to read at once, the file must not look unchanged.
    await this.#save(
      { ...tail, path: seenPath, identity, sizeBytes: this.#more ? -1 : sizeBytes, modifiedAtMs },
      look,
    );
  }

  async #advanced(tail: Tail, content: GrowingContent, readBytes: number): Promise<Tail> {
    const last = await content.read(Math.max(0, readBytes - COMPARED_BYTES), readBytes);
    const head = await content.read(0, Math.min(COMPARED_BYTES, readBytes));
    return {
      ...tail,
      readBytes,
      headBytes: head.length,
      headSha256: sha256Of(head),
      lastBytes: last.length,
      lastSha256: sha256Of(last),
    };
  }

  async #save(tail: Tail, look: Look | null = null): Promise<void> {
    const isNew = tail.id === NEW;
    const id = await saveTail(
      this.#client,
      this.#source.name,
      { ...tail, id: isNew ? null : tail.id },
      new Date(this.#nowMs),
    );
    const saved = { ...tail, id };
    this.#tails = [...this.#tails.filter((one) => one.id !== id), saved];
    if (look !== null) this.#found.set(id, look);
  }
}

const NEW = 0;

const emptyTail = ({ path: name, identity, sizeBytes, modifiedAtMs }: Look): Tail => ({
  id: NEW,
  path: name,
  identity,
  sizeBytes,
  modifiedAtMs,
  readBytes: 0,
  headBytes: 0,
  headSha256: '',
  lastBytes: 0,
  lastSha256: '',
  header: Buffer.alloc(0),
  dialect: null,
  copyOf: null,
});

/** Whether the piece before the place a file was read to is still what it was. */
async function endsAlike(tail: Tail, content: GrowingContent): Promise<boolean> {
  const last = await content.read(tail.readBytes - tail.lastBytes, tail.readBytes);
  return last.length === tail.lastBytes && sha256Of(last) === tail.lastSha256;
}
