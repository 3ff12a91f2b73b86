import type { PoolClient } from 'pg';
import type { RunRecord } from '../models/records/run.ts';
import { type CopyWriter, instant, openCopy, textArray } from './copy.ts';

/** A cleaned run with the place it came from and the hash of its content (32 hexadecimal digits). */
export interface LoadedRun {
  record: RunRecord;
  rowNumber: number;
  digest: string;
}

export interface RunStaging {
  write(run: LoadedRun): Promise<void> | undefined;
  /** Moves what was staged into `job` and `run`; resolves to how many runs were new. */
  merge(): Promise<number>;
}

/**
 * Opens a staging table of this transaction for the runs of one file.
 *
 * Staging and set-based merge rather than COPY into `run`: a row known already must be counted as a duplicate,
 * not fail the load.
 */
export async function openRunStaging(client: PoolClient, fileSha256: string): Promise<RunStaging> {
  await client.query(`create temp table run_staging (
    namespace text, name text, owner text, run_key text, digest uuid, status run_status, started_at timestamptz,
    ended_at timestamptz, duration_ms bigint, known_at timestamptz, host text, rows_read bigint,
    rows_written bigint, expected_rows bigint, error text, query text, extra jsonb, anomalies text[],
    row_number bigint) on commit drop`);
  const copy: CopyWriter = openCopy(client, 'run_staging');
  return {
    write: ({ record: run, rowNumber, digest }) =>
      copy.write([
        run.namespace,
        run.job,
        run.owner,
        run.runKey,
        digest,
        run.status,
        instant(run.startedAt),
        instant(run.endedAt),
        run.durationMs,
        instant(run.knownAt),
        run.host,
        run.rowsRead,
        run.rowsWritten,
        run.expectedRows,
        run.error,
        run.query,
        Object.keys(run.extra).length === 0 ? null : JSON.stringify(run.extra),
        run.anomalies.length === 0 ? null : textArray(run.anomalies),
        rowNumber,
      ]),
    async merge() {
      await copy.end();
      await mergeJobs(client);
      const { rowCount } = await client.query(
        `insert into run (job_id, run_key, digest, status, started_at, ended_at, duration_ms, known_at, host,
           rows_read, rows_written, expected_rows, error, query, extra, anomalies, file_sha256, row_number)
         select job_id_of(namespace, name), run_key, digest, status, started_at, ended_at, duration_ms, known_at,
           host, rows_read, rows_written, expected_rows, error, query, extra, anomalies, $1, row_number
         from run_staging order by row_number
         on conflict do nothing`,
        [fileSha256],
      );
      return rowCount ?? 0;
    },
  };
}

/** Owner and host are those of the latest run, whatever the order of loading; the tie goes to the later name. */
async function mergeJobs(client: PoolClient): Promise<void> {
  await client.query(
    `insert into job (id, namespace, name, owner, host, described_at)
     select distinct on (namespace, name) job_id_of(namespace, name), namespace, name, owner, host, started_at
     from run_staging
     order by namespace, name, started_at desc, owner desc nulls last, host desc nulls last
     on conflict (id) do update
       set owner = excluded.owner, host = excluded.host, described_at = excluded.described_at
       where (excluded.described_at, coalesce(excluded.owner, ''), coalesce(excluded.host, ''))
           > (job.described_at, coalesce(job.owner, ''), coalesce(job.host, ''))`,
  );
}
