import type { Pool, PoolClient } from 'pg';
import { createSiblingPool } from '../pool.ts';
import { copyBinary } from './binary-copy.ts';

/** As many as a load can keep busy: while one builds the indexes of a month, the other fills the next. */
const BUILDERS = 2;

/**
 * Connections beside that of a load, which make new months: tables that nobody sees until the load attaches them.
 *
 * Only one load at a time builds months (`begin_months` sees to that), so these connections are never waited for in
 * a circle.
 */
export class MonthBuilders {
  readonly #pool: Pool;
  readonly #builders: Builder[] = [];
  #next = 0;

  /** @param pool like which the connections are to be */
  constructor(pool: Pool) {
    this.#pool = createSiblingPool(pool, BUILDERS);
  }

  /**
   * Drops tables that a load left behind which was killed before it attached them: at once and for everybody, because
   * in the transaction of the load they would still be there for the connections that are to make them anew.
   */
  async clear(): Promise<void> {
    await this.#pool.query('select begin_months()');
  }

  /** The builder of the next month. */
  async take(): Promise<Builder> {
    const at = this.#next++ % BUILDERS;
    this.#builders[at] ??= await Builder.open(this.#pool);
    return this.#builders[at];
  }

  /** Makes what was built last; the months can be attached from then on. */
  async commit(): Promise<void> {
    for (const builder of this.#builders) await builder.commit();
    await this.#pool.end();
  }

  /** Throws away what was built. */
  async abandon(): Promise<void> {
    for (const builder of this.#builders) builder.abandon();
    await this.#pool.end();
  }
}

/** One connection with one transaction; what is asked of it happens in that order. */
export class Builder {
  readonly #client: PoolClient;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(client: PoolClient) {
    this.#client = client;
  }

  static async open(pool: Pool): Promise<Builder> {
    const client = await pool.connect();
    await client.query('begin');
    return new Builder(client);
  }

  /** Makes the table of a month, without indexes; resolves to its name. */
  begin(parent: string, month: string): Promise<string> {
    return this.#then(async () => {
      const { rows } = await this.#client.query<{ child: string }>('select begin_month($1, $2) as child', [
        parent,
        month,
      ]);
      return rows[0]!.child;
    });
  }

  copy(target: string, chunks: readonly Uint8Array[]): Promise<void> {
    return this.#then(() => copyBinary(this.#client, target, chunks, ', freeze'));
  }

  /** Gives a month that was filled its indexes. */
  index(parent: string, month: string): Promise<void> {
    return this.#then(async () => {
      await this.#client.query('select index_month($1, $2)', [parent, month]);
    });
  }

  async commit(): Promise<void> {
    await this.#then(() => this.#client.query('commit'));
    this.#client.release();
  }

  abandon(): void {
    this.#client.release(true);
  }

  #then<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done;
    // Heard here so that no failure ends the process; the caller hears it from what is returned.
    done.catch(() => {});
    return done;
  }
}
