import type { PoolClient } from 'pg';
import { openSampleStaging } from '../db/metric-samples.ts';
import { openRunStaging } from '../db/runs.ts';
import type { Source } from '../db/sources.ts';
import { createMetricCleaner } from '../models/clean/clean-metrics.ts';
import { createRunCleaner } from '../models/clean/clean-runs.ts';
import type { TableCleaner } from '../models/clean/clean-table.ts';
import { inspectMetricFile, inspectRunFile } from '../models/clean/inspect-file.ts';
import { recordDigest } from '../models/records/record-digest.ts';
import type { RefusedRow } from '../models/records/refused-row.ts';

/** The file as a whole cannot be loaded; nothing of it is. */
export class FileRefused extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** A file with more bad rows than this is the wrong file, or its contract is wrong: a person is to look at it. */
const MAX_REFUSED_ROWS = 100_000;

/** One kind of file: how its start is judged, its rows cleaned, and its records merged. */
export interface FileLoader {
  /** What was detected; after `end` also how many rows each rule touched. */
  dialect: object;
  push(chunk: Uint8Array): Promise<void>;
  /** Resolves to the totals and how many records were new. */
  end(): Promise<{ rowsIn: number; records: number; merged: number; lastKnownAt: number | null }>;
  refused: RefusedRow[];
}

/** What a loader begins with. */
interface FileStart {
  /** Inside the transaction of the load. */
  client: PoolClient;
  source: Source;
  sha256: string;
  /** The first bytes: 64 KiB, or the whole file (`complete`). */
  start: Buffer;
  complete: boolean;
}

/**
 * Opens the loader for a file of a source.
 *
 * @throws FileRefused when its first bytes are those of no such table.
 */
export const openLoader = (file: FileStart): Promise<FileLoader> =>
  file.source.kind === 'runs' ? openRunLoader(file) : openMetricLoader(file);

async function openRunLoader({ client, source, sha256, start, complete }: FileStart): Promise<FileLoader> {
  const inspected = inspectRunFile(start, complete);
  if ('code' in inspected) throw new FileRefused(inspected.code, inspected.detail);
  const cleaner = createRunCleaner({ namespace: source.namespace, ...inspected });
  const staging = await openRunStaging(client, sha256);
  return joined(inspected, cleaner, staging, {
    stage: (record) => staging.write({ record, rowNumber: record.rowNumber, digest: recordDigest(record) }),
    knownAt: (record) => record.knownAt,
  });
}

async function openMetricLoader({ client, sha256, start, complete }: FileStart): Promise<FileLoader> {
  const inspected = inspectMetricFile(start, complete);
  if ('code' in inspected) throw new FileRefused(inspected.code, inspected.detail);
  const staging = await openSampleStaging(client, sha256);
  return joined(inspected, createMetricCleaner(inspected), staging, {
    stage: (sample) => staging.write(sample),
    knownAt: (sample) => sample.ts,
  });
}

/** Joins a cleaner and a staging table: what both kinds of file have in common. */
function joined<Row>(
  inspected: { dialect: object; evidence: object },
  cleaner: TableCleaner<Row>,
  staging: { merge(): Promise<number> },
  of: {
    stage: (record: Row & { rowNumber: number }) => Promise<void> | undefined;
    knownAt: (record: Row) => number;
  },
): FileLoader {
  const refused: RefusedRow[] = [];
  let lastKnownAt: number | null = null;
  const take = async (batch: ReturnType<typeof cleaner.push>) => {
    for (const record of batch.records) {
      const known = of.knownAt(record);
      if (lastKnownAt === null || known > lastKnownAt) lastKnownAt = known;
      const written = of.stage(record);
      if (written) await written;
    }
    for (const row of batch.refused) refused.push(row);
    if (refused.length > MAX_REFUSED_ROWS) {
      throw new FileRefused(
        'too-many-refused-rows',
        `more than ${MAX_REFUSED_ROWS} rows cannot be read, the last one: ${refused.at(-1)!.detail}`,
      );
    }
  };
  const loader: FileLoader = {
    dialect: { ...inspected.dialect, evidence: inspected.evidence },
    refused,
    push: (chunk) => take(cleaner.push(chunk)),
    async end() {
      const rest = cleaner.end();
      await take(rest);
      loader.dialect = { ...loader.dialect, byCode: rest.totals.byCode };
      const { rowsIn, records } = rest.totals;
      return { rowsIn, records, merged: await staging.merge(), lastKnownAt };
    },
  };
  return loader;
}
