import type { Pool, PoolClient } from 'pg';
import { BinaryRows, copyBinary } from './binary-copy.ts';
import { type Builder, MonthBuilders } from './month-builder.ts';

/** A table in partitions of a month, and how rows that may be known already come into it. */
export interface MonthTable {
  name: 'run' | 'metric_sample';
  /** In the order in which rows are written. */
  columns: string;
  /** Moves the rows of a staging table into the table; resolves to how many were new, per file. */
  merge(client: PoolClient, staging: string): Promise<FileCounts>;
}

/** How many rows of each file (by its number) became records. May be negative: another file was the first after all. */
export type FileCounts = Map<number, number>;

/** Rows are sent when so much has been written: large enough for few round trips, small enough for flat memory. */
const SEGMENT_BYTES = 12 * 1024 * 1024;
/** Parts of a segment; a buffer that doubled up to a whole segment would waste half of it. */
const CHUNK_BYTES = 1024 * 1024;

const FIRST_MONTH = monthOf(Date.UTC(2010, 0, 1));
const LAST_MONTH = monthOf(Date.UTC(2049, 11, 1));

/** Months since 1970, UTC. */
function monthOf(epochMs: number): number {
  const date = new Date(epochMs);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

const startOfMonth = (month: number): number => Date.UTC(1970, month, 1);
const dateOfMonth = (month: number): string => new Date(startOfMonth(month)).toISOString().slice(0, 10);

/** Rows waiting to be sent to one table. */
class Batch {
  readonly rows = new BinaryRows();
  readonly perFile: FileCounts = new Map();
  chunks: Uint8Array[] = [];

  /** Called before a row is written. */
  count(fileId: number): void {
    if (this.rows.byteLength >= CHUNK_BYTES) this.chunks.push(this.rows.take());
    this.perFile.set(fileId, (this.perFile.get(fileId) ?? 0) + 1);
  }

  take(): { chunks: Uint8Array[]; perFile: FileCounts } | null {
    if (this.perFile.size === 0) return null;
    if (this.rows.byteLength > 0) this.chunks.push(this.rows.take());
    const taken = { chunks: this.chunks, perFile: new Map(this.perFile) };
    this.chunks = [];
    this.perFile.clear();
    return taken;
  }
}

interface Month {
  /**
   * `expected`: has no table as far as known; `building`: is being filled beside this transaction; `built`: is
   * getting its indexes, rows that come now are too late; `closed`: part of the parent.
   */
  state: 'expected' | 'building' | 'built' | 'closed';
  builder: Builder | null;
  batch: Batch;
}

/** Segments that are on their way to the server while the next is being prepared. */
const SEGMENTS_UNDER_WAY = 2;

/**
 * Writes rows into a table of months, for the transaction of a load.
 *
 * A month that has no table yet gets one without indexes, which is filled by COPY and indexed on connections of its
 * own; the load's transaction attaches it at its end. Rows of other months, and rows that may be in the new month
 * already, go through a staging table and a merge. While the server takes some segments the caller prepares the next.
 */
export class MonthWriter {
  readonly #client: PoolClient;
  readonly #pool: Pool;
  readonly #table: MonthTable;
  readonly #loaded: FileCounts = new Map();
  readonly #months = new Map<number, Month>();
  readonly #staging = new Batch();
  /** Rows that may be twice in a month under construction, or come too late for it: merged at the end. */
  readonly #late = new Batch();
  readonly #temporary = new Set<string>();
  #builders: MonthBuilders | null = null;

  #monthStart = 1;
  #monthEnd = 0;
  #month: Month | null = null;
  #segmentBytes = 0;
  #rowStart = 0;
  #batch: Batch | null = null;
  /** What was asked of the load's connection, one after the other. */
  #onClient: Promise<void> = Promise.resolve();
  #underWay: Promise<void>[] = [];
  readonly #indexing: Promise<void>[] = [];
  #failure: unknown;

  private constructor(client: PoolClient, pool: Pool, table: MonthTable) {
    this.#client = client;
    this.#pool = pool;
    this.#table = table;
  }

  /** @param pool that of the client; new months are built on connections like its own */
  static async open(client: PoolClient, pool: Pool, table: MonthTable): Promise<MonthWriter> {
    const writer = new MonthWriter(client, pool, table);
    await writer.#findClosed();
    return writer;
  }

  /**
   * Where the next row is to be written.
   *
   * @param maybeKnown whether a row with the same key may have been written by this writer before
   */
  rowOf(instantMs: number, maybeKnown: boolean, fileId: number): BinaryRows {
    const month =
      instantMs >= this.#monthStart && instantMs < this.#monthEnd ? this.#month : this.#find(instantMs);
    const batch =
      month === null || month.state === 'closed'
        ? this.#staging
        : maybeKnown || month.state === 'built'
          ? this.#late
          : month.batch;
    batch.count(fileId);
    this.#batch = batch;
    this.#rowStart = batch.rows.byteLength;
    return batch.rows;
  }

  /** Called when the row is written. The promise, if any, is to be awaited before the next one. */
  rowDone(): Promise<void> | undefined {
    this.#segmentBytes += this.#batch!.rows.byteLength - this.#rowStart;
    return this.#segmentBytes < SEGMENT_BYTES ? undefined : this.#send(false);
  }

  /** Resolves when the connection is free for another statement. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Sends the rest and completes every month; resolves to how many records were new, per file. */
  async end(): Promise<FileCounts> {
    await this.#send(true);
    await this.idle();
    await Promise.all(this.#indexing);
    await this.#builders?.commit();
    const built = [...this.#months].filter(([, { state }]) => state === 'built').sort(([a], [b]) => a - b);
    for (const [index] of built) {
      await this.#client.query('select finish_month($1, $2)', [this.#table.name, dateOfMonth(index)]);
    }
    await this.#merge('late');
    return this.#loaded;
  }

  /** Lets go of what was made beside the transaction. Called when the load failed. */
  async abandon(): Promise<void> {
    await this.#builders?.abandon();
  }

  #find(instantMs: number): Month | null {
    const index = monthOf(instantMs);
    this.#monthStart = startOfMonth(index);
    this.#monthEnd = startOfMonth(index + 1);
    // Far from our time lie broken clocks: their rows have a partition before 2010 and one from 2050 on.
    this.#month = index < FIRST_MONTH || index > LAST_MONTH ? null : this.#monthAt(index);
    return this.#month;
  }

  #monthAt(index: number): Month {
    let month = this.#months.get(index);
    if (month === undefined) {
      month = { state: 'expected', builder: null, batch: new Batch() };
      this.#months.set(index, month);
    }
    return month;
  }

  /** Takes note of the months that the table has. */
  async #findClosed(): Promise<void> {
    const { rows } = await this.#client.query<{ name: string }>(
      `select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
       where inhparent = $1::regclass and relname ~ '_[0-9]{4}_[0-9]{2}$'`,
      [this.#table.name],
    );
    for (const { name } of rows) {
      const [year, month] = name.split('_').slice(-2).map(Number) as [number, number];
      this.#monthAt((year - 1970) * 12 + month - 1).state = 'closed';
    }
  }

  /** Waits for room, then lets a segment go on its way. */
  async #send(last: boolean): Promise<void> {
    this.#segmentBytes = 0;
    while (this.#underWay.length >= SEGMENTS_UNDER_WAY) await this.#underWay.shift();
    if (this.#failure !== undefined) throw this.#failure;
    const copies: Promise<void>[] = [];
    try {
      await this.#sendSegment(copies, last);
    } finally {
      // Also what was begun before an error is waited for, and heard.
      this.#underWay.push(
        Promise.all(copies).then(
          () => {},
          (error) => {
            this.#failure ??= error;
          },
        ),
      );
    }
  }

  async #sendSegment(copies: Promise<void>[], last: boolean): Promise<void> {
    const known: Sendable[] = [];
    for (const [index, month] of [...this.#months].sort(([a], [b]) => a - b)) {
      const rows = month.batch.take();
      if (rows !== null && month.state === 'expected') await this.#begin(index, month);
      if (rows !== null && month.state === 'building') copies.push(this.#build(index, month.builder!, rows));
      // Another load was first.
      else if (rows !== null) known.push(rows);
      // Logs follow time: a month without a row in a whole segment gets its indexes while the rest is being read.
      if (month.state === 'building' && (last || rows === null)) this.#index(index, month);
    }
    const staged = this.#staging.take();
    if (staged !== null) known.push(staged);
    const late = this.#late.take();
    if (known.length > 0 || late !== null) {
      this.#onClient = this.#onClient.then(() => this.#stage(known, late));
      copies.push(this.#onClient);
    }
  }

  /** Has a month built that nobody has begun, or learns that it is part of the table by now. */
  async #begin(index: number, month: Month): Promise<void> {
    if (this.#builders === null) {
      await this.#onClient;
      this.#builders = new MonthBuilders(this.#pool);
      await this.#builders.clear();
      await this.#client.query('select begin_months()');
      await this.#findClosed();
      // The months are asked of a state that may have changed meanwhile.
      if ((month.state as Month['state']) === 'closed') return;
    }
    month.builder = await this.#builders.take();
    month.state = 'building';
    // Its failure is that of the copy behind it.
    month.builder.begin(this.#table.name, dateOfMonth(index)).catch(() => {});
  }

  async #build(index: number, builder: Builder, { chunks, perFile }: Sendable): Promise<void> {
    const name = `${this.#table.name}_${dateOfMonth(index).slice(0, 7).replace('-', '_')}`;
    await builder.copy(this.#into(name), chunks);
    this.#add(perFile);
  }

  #index(index: number, month: Month): void {
    month.state = 'built';
    const done = month.builder!.index(this.#table.name, dateOfMonth(index));
    done.catch(() => {});
    this.#indexing.push(done);
  }

  async #stage(known: Sendable[], late: Sendable | null): Promise<void> {
    if (late !== null) await this.#copyTo('late', [late]);
    if (known.length === 0) return;
    await this.#copyTo('staging', known);
    await this.#merge('staging');
  }

  async #copyTo(purpose: 'staging' | 'late', sendables: Sendable[]): Promise<void> {
    const name = `${this.#table.name}_${purpose}`;
    if (!this.#temporary.has(name)) {
      await this.#client.query(`create temp table ${name} (like ${this.#table.name}) on commit drop`);
      this.#temporary.add(name);
    }
    await copyBinary(
      this.#client,
      this.#into(name),
      sendables.flatMap(({ chunks }) => chunks),
    );
  }

  async #merge(purpose: 'staging' | 'late'): Promise<void> {
    const name = `${this.#table.name}_${purpose}`;
    if (!this.#temporary.has(name)) return;
    this.#add(await this.#table.merge(this.#client, name));
    await this.#client.query(`truncate ${name}`);
  }

  #into = (table: string): string => `${table} (${this.#table.columns})`;

  #add(counts: FileCounts): void {
    for (const [fileId, count] of counts) this.#loaded.set(fileId, (this.#loaded.get(fileId) ?? 0) + count);
  }
}

type Sendable = NonNullable<ReturnType<Batch['take']>>;
