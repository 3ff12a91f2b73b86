import type { PoolClient } from 'pg';
import { saveRefusedRows } from '../../db/load/quarantine.ts';
import type { RefusedRow } from '../../models/records/refused-row.ts';
import type { RecordSink } from './record-sink.ts';

/** Refused rows are written when their bytes are so many. */
const PENDING_BYTES = 4 * 1024 * 1024;
/** Refused rows on their way to the quarantine, on the connection that a sink uses too. */
export class RefusedRows {
  readonly #client: PoolClient;
  readonly #sink: RecordSink;
  #rows: { sha256: string; row: RefusedRow }[] = [];
  #bytes = 0;

  constructor(client: PoolClient, sink: RecordSink) {
    this.#client = client;
    this.#sink = sink;
  }

  /** The promise, if any, is to be awaited before the next call. */
  add(sha256: string, rows: readonly RefusedRow[]): Promise<void> | undefined {
    for (const row of rows) {
      this.#rows.push({ sha256, row });
      this.#bytes += row.bytes.length;
    }
    return this.#bytes < PENDING_BYTES ? undefined : this.save();
  }

  async save(): Promise<void> {
    await this.#sink.idle();
    await saveRefusedRows(this.#client, this.#rows);
    this.#rows = [];
    this.#bytes = 0;
  }
}
