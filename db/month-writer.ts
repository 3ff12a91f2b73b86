import type { PoolClient } from 'pg';
import { BinaryRows, copyBinary } from './binary-copy.ts';

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
  /** `expected`: has no table as far as known; `open`: has one without indexes; `closed`: part of the parent. */
  state: 'expected' | 'open' | 'closed';
  /** Of this transaction, while it is open. */
  child: string;
  batch: Batch;
}

/**
 * Writes rows into a table of months, inside the transaction of a load.
 *
 * A month that has no table yet gets one without indexes, is filled by COPY, and joins the parent when no more rows
 * of it come; rows of other months, and rows that may be in the open month already, go through a staging table and a
 * merge. While the server takes one segment the caller prepares the next.
 */
export class MonthWriter {
  readonly #client: PoolClient;
  readonly #table: MonthTable;
  readonly #loaded: FileCounts = new Map();
  readonly #months = new Map<number, Month>();
  readonly #staging = new Batch();
  /** Rows that may be twice in a month still open: merged when it is closed. */
  readonly #late = new Batch();
  readonly #temporary = new Set<string>();

  #monthStart = 1;
  #monthEnd = 0;
  #month: Month | null = null;
  #segmentBytes = 0;
  #rowStart = 0;
  #batch: Batch | null = null;
  #sending: Promise<void> = Promise.resolve();
  #failure: unknown;

  private constructor(client: PoolClient, table: MonthTable) {
    this.#client = client;
    this.#table = table;
  }

  static async open(client: PoolClient, table: MonthTable): Promise<MonthWriter> {
    const writer = new MonthWriter(client, table);
    const { rows } = await client.query<{ name: string }>(
      `select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
       where inhparent = $1::regclass and relname ~ '_[0-9]{4}_[0-9]{2}$'`,
      [table.name],
    );
    for (const { name } of rows) {
      const [year, month] = name.split('_').slice(-2).map(Number) as [number, number];
      writer.#months.set((year - 1970) * 12 + month - 1, newMonth('closed'));
    }
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
      month === null || month.state === 'closed' ? this.#staging : maybeKnown ? this.#late : month.batch;
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
    await this.#sending;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Sends the rest and completes every month; resolves to how many records were new, per file. */
  async end(): Promise<FileCounts> {
    await this.#send(true);
    await this.idle();
    return this.#loaded;
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
      month = newMonth('expected');
      this.#months.set(index, month);
    }
    return month;
  }

  /** Waits for the segment before, then lets this one go on its way. */
  async #send(last: boolean): Promise<void> {
    this.#segmentBytes = 0;
    const months = [...this.#months]
      .map(([index, month]) => ({ index, month, rows: month.batch.take() }))
      .filter(({ month, rows }) => rows !== null || month.state === 'open');
    const staged = this.#staging.take();
    const late = this.#late.take();
    await this.idle();
    this.#sending = this.#transmit(months, staged, late, last).catch((error) => {
      this.#failure = error;
    });
  }

  async #transmit(
    months: { index: number; month: Month; rows: Sendable | null }[],
    staged: Sendable | null,
    late: Sendable | null,
    last: boolean,
  ): Promise<void> {
    const merging = staged === null ? [] : [staged];
    for (const { index, month, rows } of months) {
      if (rows === null) continue;
      if (month.state === 'expected') await this.#openMonth(index, month);
      // Another load was first, or the month was closed while these rows were being written.
      if (month.state === 'closed') merging.push(rows);
      else {
        await copyBinary(this.#client, this.#into(month.child), rows.chunks, ', freeze');
        this.#add(rows.perFile);
      }
    }
    if (late !== null) await this.#copyTo('late', [late]);
    if (merging.length > 0) {
      await this.#copyTo('staging', merging);
      await this.#merge('staging');
    }
    for (const { index, month, rows } of months) {
      // Logs follow time: a month without a row in a whole segment gets its indexes while the rest is being read.
      if (month.state === 'open' && (last || rows === null)) await this.#closeMonth(index, month);
    }
    if (last) await this.#merge('late');
  }

  async #openMonth(index: number, month: Month): Promise<void> {
    const { rows } = await this.#client.query<{ child: string | null }>(
      'select begin_month($1, $2) as child',
      [this.#table.name, dateOfMonth(index)],
    );
    const child = rows[0]!.child;
    month.state = child === null ? 'closed' : 'open';
    month.child = child ?? '';
  }

  async #closeMonth(index: number, month: Month): Promise<void> {
    await this.#client.query('select finish_month($1, $2)', [this.#table.name, dateOfMonth(index)]);
    month.state = 'closed';
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

const newMonth = (state: Month['state']): Month => ({ state, child: '', batch: new Batch() });
