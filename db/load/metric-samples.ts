import type { Pool, PoolClient } from 'pg';
import { murmurHash } from '../../models/records/murmur-hash.ts';
import type { MetricSample } from '../../models/records/run.ts';
import { type FileCounts, type MonthTable, MonthWriter } from './month-writer.ts';
import { createSeenFilter, type SeenFilter } from './seen-filter.ts';

const COLUMNS = 'ts, value, file_id, host, metric';

const SAMPLE_TABLE: MonthTable = {
  name: 'metric_sample',
  columns: COLUMNS,
  async merge(client, staging) {
    const { rows } = await client.query<{ fileId: number; loserId: number | null; count: number }>(
      `with merged as (
         insert into metric_sample as known (${COLUMNS})
         select distinct on (host, metric, ts) ${COLUMNS} from ${staging}
         order by host, metric, ts, value desc, file_id
         on conflict (host, metric, ts) do update set value = excluded.value, file_id = excluded.file_id
           where (excluded.value, -excluded.file_id) > (known.value, -known.file_id)
         returning new.file_id, old.file_id as loser_id)
       select file_id as "fileId", loser_id as "loserId", count(*) as count from merged group by 1, 2`,
    );
    const counts: FileCounts = new Map();
    const lost: FileCounts = new Map();
    for (const { fileId, loserId, count } of rows) {
      counts.set(fileId, (counts.get(fileId) ?? 0) + count);
      if (loserId !== null) lost.set(loserId, (lost.get(loserId) ?? 0) + count);
    }
    await takeFromLosers(client, lost, counts);
    return counts;
  },
};

/**
 * Where another file told the larger value, the sample is no longer the loser's: both ledgers say so, whichever file
 * was loaded first. Files of the same load have no line yet and are counted back.
 */
async function takeFromLosers(client: PoolClient, lost: FileCounts, counts: FileCounts): Promise<void> {
  if (lost.size === 0) return;
  const { rows } = await client.query<{ id: number }>(
    `update file set rows_loaded = rows_loaded - count, rows_duplicate = rows_duplicate + count
     from unnest($1::bigint[], $2::bigint[]) as lost (id, count)
     where file.id = lost.id and state = 'loaded' returning file.id`,
    [[...lost.keys()], [...lost.values()]],
  );
  const told = new Set(rows.map(({ id }) => id));
  for (const [id, count] of lost) if (!told.has(id)) counts.set(id, (counts.get(id) ?? 0) - count);
}

/** Writes samples inside the transaction of a load. */
export class SampleWriter {
  readonly #months: MonthWriter;
  readonly #seen: SeenFilter;
  readonly #hash = new Int32Array(4);
  #words = new Int32Array(64);

  private constructor(months: MonthWriter, seen: SeenFilter) {
    this.#months = months;
    this.#seen = seen;
  }

  /** @param expectedRows about how many are to come; a wrong guess costs time or memory, nothing else */
  static async open(client: PoolClient, pool: Pool, expectedRows: number): Promise<SampleWriter> {
    return new SampleWriter(
      await MonthWriter.open(client, pool, SAMPLE_TABLE),
      createSeenFilter(expectedRows),
    );
  }

  /** Writes a sample. The promise, if any, is to be awaited before the next one. */
  write(sample: MetricSample, fileId: number): Promise<void> | undefined {
    this.#hashKey(sample);
    const row = this.#months.rowOf(sample.ts, this.#seen.add(this.#hash[0]!, this.#hash[1]!), fileId);
    row.begin(5);
    row.instant(sample.ts);
    row.float64(sample.value);
    row.int64(fileId);
    row.text(sample.host);
    row.text(sample.metric);
    return this.#months.rowDone();
  }

  /** Resolves when the connection is free for another statement. */
  idle(): Promise<void> {
    return this.#months.idle();
  }

  /** Lets go of what was made beside the transaction. Called when the load failed. */
  abandon(): Promise<void> {
    return this.#months.abandon();
  }

  /** Resolves, when every sample is in the table, to how many were new, per file. */
  end(): Promise<FileCounts> {
    return this.#months.end();
  }

  #hashKey({ host, metric, ts }: MetricSample): void {
    const size = host.length + metric.length + 3;
    if (size > this.#words.length) this.#words = new Int32Array(size * 2);
    const words = this.#words;
    let count = 0;
    words[count++] = host.length;
    for (let at = 0; at < host.length; at++) words[count++] = host.charCodeAt(at);
    for (let at = 0; at < metric.length; at++) words[count++] = metric.charCodeAt(at);
    words[count++] = ts | 0;
    words[count++] = Math.floor(ts / 2 ** 32);
    murmurHash(words, count, count * 4, this.#hash);
  }
}
