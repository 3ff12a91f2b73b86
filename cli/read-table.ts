import { createReadStream } from 'node:fs';
import type { CleanedBatch, TableCleaner } from '../models/clean/clean-table.ts';
import { decompressed } from '../services/decompress.ts';
import { withLongStart } from '../services/long-start.ts';

/** The file as a whole is no such table. */
export class FileRefused extends Error {
  override name = 'FileRefused';
}

export interface ReadRows {
  rows: number;
  refused: number;
  /** Refused rows by the rule that refused them. */
  refusedBy: Map<string, number>;
}

/** The cleaner for a file that begins so, or the sentence that says why there is none. */
export type OpenTable<Record> = (
  start: Uint8Array,
  complete: boolean,
) => TableCleaner<Record> | { detail: string };

/**
 * Reads a table from a file, gzipped or not, through the cleaning of the loading, chunk by chunk.
 *
 * @param take is given every record
 * @throws FileRefused when it is no such table; DamagedArchive, ArchiveBomb
 */
export async function readTable<Record>(
  file: string,
  open: OpenTable<Record>,
  take: (record: Record) => void,
): Promise<ReadRows> {
  const read: ReadRows = { rows: 0, refused: 0, refusedBy: new Map() };
  const takeAll = ({ records, refused }: CleanedBatch<Record>) => {
    for (const record of records) take(record);
    for (const { code } of refused) read.refusedBy.set(code, (read.refusedBy.get(code) ?? 0) + 1);
  };
  let cleaner: TableCleaner<Record> | null = null;
  for await (const { bytes, complete } of withLongStart(decompressed(createReadStream(file)))) {
    cleaner ??= opened(open(bytes, complete));
    takeAll(cleaner.push(bytes));
  }
  const { totals, ...rest } = cleaner!.end();
  takeAll(rest);
  read.rows = totals.rowsIn;
  read.refused = totals.refused;
  return read;
}

function opened<Record>(found: ReturnType<OpenTable<Record>>): TableCleaner<Record> {
  if ('detail' in found) throw new FileRefused(found.detail);
  return found;
}
