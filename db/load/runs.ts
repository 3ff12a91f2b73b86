import type { Pool, PoolClient } from 'pg';
import { type RecordDigest, recordDigest } from '../../models/records/record-digest.ts';
import type { RunRecord } from '../../models/records/run.ts';
import { createJobWriter, type JobWriter } from '../jobs.ts';
import { type FileCounts, type MonthTable, MonthWriter } from './month-writer.ts';
import { createSeenFilter, type SeenFilter } from './seen-filter.ts';

const COLUMNS = `job_id, digest, started_at, ended_at, known_at, duration_ms, rows_read, rows_written, expected_rows,
  file_id, row_number, status, run_key, host, error, query, extra, anomalies`;
const COLUMN_COUNT = COLUMNS.split(',').length;

const RUN_TABLE: MonthTable = {
  name: 'run',
  columns: COLUMNS,
  async merge(client, staging) {
    const { rows } = await client.query<{ fileId: number; count: number }>(
      `with inserted as (
         insert into run (${COLUMNS}) select ${COLUMNS} from ${staging}
         order by job_id, run_key, digest, started_at, file_id, row_number
         on conflict do nothing
         returning file_id)
       select file_id as "fileId", count(*) as count from inserted group by file_id`,
    );
    const counts: FileCounts = new Map(rows.map(({ fileId, count }) => [fileId, count]));
    await nameFirstTellers(client, staging, counts);
    return counts;
  },
};

/**
 * The origin of a run is the first file that told it, by order of arrival. Files are mostly loaded in that order;
 * where a later one was loaded before, its runs go over to the earlier one and both ledgers say so.
 */
async function nameFirstTellers(client: PoolClient, staging: string, counts: FileCounts): Promise<void> {
  const { rowCount } = await client.query(
    `select from file where state = 'loaded' and id > (select min(file_id) from ${staging}) limit 1`,
  );
  if (rowCount === 0) return;
  const { rows } = await client.query<{ fileId: number; loserId: number; count: number }>(
    `with first as (
       select distinct on (job_id, run_key, digest, started_at) job_id, run_key, digest, started_at, file_id, row_number
       from ${staging} order by job_id, run_key, digest, started_at, file_id, row_number),
     moved as (
       update run set file_id = first.file_id, row_number = first.row_number from first
       where run.job_id = first.job_id and run.run_key = first.run_key and run.digest = first.digest
         and run.started_at = first.started_at and first.file_id < run.file_id
       returning new.file_id, old.file_id as loser_id)
     select file_id as "fileId", loser_id as "loserId", count(*) as count from moved group by 1, 2`,
  );
  const own = new Set(counts.keys());
  for (const { fileId, loserId, count } of rows) {
    counts.set(fileId, (counts.get(fileId) ?? 0) + count);
    if (own.has(loserId)) counts.set(loserId, counts.get(loserId)! - count);
    else {
      await client.query(
        `update file set rows_loaded = rows_loaded - $2, rows_duplicate = rows_duplicate + $2
         where id = $1 and state = 'loaded'`,
        [loserId, count],
      );
    }
  }
}

/** Writes runs and what they tell of their jobs, inside the transaction of a load. */
export class RunWriter {
  readonly #months: MonthWriter;
  readonly #jobs: JobWriter;
  readonly #seen: SeenFilter;
  readonly #digest: RecordDigest = { high: 0, low: 0 };

  private constructor(months: MonthWriter, jobs: JobWriter, seen: SeenFilter) {
    this.#months = months;
    this.#jobs = jobs;
    this.#seen = seen;
  }

  /** @param expectedRows about how many are to come; a wrong guess costs time or memory, nothing else */
  static async open(client: PoolClient, pool: Pool, expectedRows: number): Promise<RunWriter> {
    const months = await MonthWriter.open(client, pool, RUN_TABLE);
    return new RunWriter(months, createJobWriter(client), createSeenFilter(expectedRows));
  }

  /** Writes a run. The promise, if any, is to be awaited before the next one. */
  write(run: RunRecord, fileId: number, rowNumber: number): Promise<void> | undefined {
    const job = this.#jobs.tell(run);
    const { high, low } = recordDigest(run, this.#digest);
    const row = this.#months.rowOf(run.startedAt, this.#seen.add(high, low), fileId);
    row.begin(COLUMN_COUNT);
    row.int64Halves(job.idHigh, job.idLow);
    row.int64Halves(high, low);
    row.instant(run.startedAt);
    row.instant(run.endedAt);
    row.instant(run.knownAt);
    row.int64(run.durationMs);
    row.int64(run.rowsRead);
    row.int64(run.rowsWritten);
    row.int64(run.expectedRows);
    row.int64(fileId);
    row.int64(rowNumber);
    row.text(run.status);
    row.text(run.runKey);
    row.text(run.host);
    row.text(run.error);
    row.text(run.query);
    row.jsonb(isEmpty(run.extra) ? null : JSON.stringify(run.extra));
    if (run.anomalies.length === 0) row.null();
    else row.textArray(run.anomalies);
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

  /** Resolves, when every row is in the tables, to how many were new, per file. */
  async end(): Promise<FileCounts> {
    const loaded = await this.#months.end();
    // Last, because from here on loads that tell of the same jobs wait for each other.
    await this.#jobs.end([...loaded.values()].some((count) => count > 0));
    return loaded;
  }
}

function isEmpty(extra: RunRecord['extra']): boolean {
  for (const _ in extra) return false;
  return true;
}
