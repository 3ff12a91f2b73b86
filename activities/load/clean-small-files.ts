import type { FileLedger, LoadedFile } from '../../db/load/files.ts';
import { intakeOf } from '../../models/intake/intake-options.ts';
import type { RefusedRow } from '../../models/records/refused-row.ts';
import type { ObjectStore } from '../../services/object-store.ts';
import type { Dependencies } from '../dependencies.ts';
import { openPrivateReader } from './pseudonyms.ts';
import { readOriginal } from './read-original.ts';
import type { SourceWithContract } from './source-contracts.ts';
import { type FileRefused, refusalOf, type SourceRecord } from './table-reader.ts';

/** Originals that are read at the same time. */
const READS_AT_ONCE = 8;
/** A small file that unpacks to more than this is loaded by itself. */
const UNPACKED_BYTES = 4 * 1024 * 1024;

/** A small file, read and cleaned before the transaction begins. */
export interface CleanedFile {
  file: FileLedger;
  result: CleanedTable | FileRefused | 'large';
}

export interface CleanedTable {
  records: SourceRecord[];
  refused: RefusedRow[];
  loaded: Pick<LoadedFile, 'sha256' | 'rowsIn' | 'rowsQuarantined' | 'dialect'>;
}

/** Reads and cleans small files, a few at a time. */
export async function cleanAll(
  { objectStore, pseudonymKey }: Pick<Dependencies, 'objectStore' | 'pseudonymKey'>,
  source: SourceWithContract,
  files: FileLedger[],
): Promise<CleanedFile[]> {
  const cleaned: CleanedFile[] = new Array(files.length);
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < files.length; at = next++) {
      const file = files[at]!;
      cleaned[at] = { file, result: await cleanSmall(objectStore, pseudonymKey, source, file.sha256) };
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, worker));
  return cleaned;
}

async function cleanSmall(
  objectStore: ObjectStore,
  pseudonymKey: string | null,
  source: SourceWithContract,
  sha256: string,
): Promise<CleanedFile['result']> {
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of readOriginal(objectStore, sha256, intakeOf(source.intake).archive)) {
      bytes += chunk.length;
      if (bytes > UNPACKED_BYTES) return 'large';
      chunks.push(chunk);
    }
    return cleanWhole(pseudonymKey, source, sha256, Buffer.concat(chunks));
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    return refusal;
  }
}

function cleanWhole(
  pseudonymKey: string | null,
  source: SourceWithContract,
  sha256: string,
  bytes: Buffer,
): CleanedTable {
  const reader = openPrivateReader(pseudonymKey, source, bytes, true);
  const batch = reader.push(bytes);
  const rest = reader.end();
  const records = batch.records.concat(rest.records);
  const refused = batch.refused.concat(rest.refused);
  const { rowsIn, records: _, refused: rowsQuarantined, ...seen } = rest.totals;
  return {
    records,
    refused,
    loaded: { sha256, rowsIn, rowsQuarantined, dialect: { ...reader.dialect, ...seen } },
  };
}
