import type { PoolClient } from 'pg';
import type { RefusedRow } from '../../models/records/refused-row.ts';
import { BinaryRows, copyBinary } from './binary-copy.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Keeps refused rows with their reason and their bytes. The file's transaction makes it happen once. */
export async function saveRefusedRows(
  client: PoolClient,
  refused: readonly { sha256: string; row: RefusedRow }[],
): Promise<void> {
  if (refused.length === 0) return;
  const rows = new BinaryRows();
  const chunks: Uint8Array[] = [];
  for (const { sha256, row } of refused) {
    if (rows.byteLength >= CHUNK_BYTES) chunks.push(rows.take());
    rows.begin(7);
    rows.text(sha256);
    rows.int64(row.byteOffset);
    rows.int64(row.rowNumber);
    rows.text(row.code);
    rows.text(row.detail);
    rows.bytes(row.bytes);
    rows.int64(row.byteLength);
  }
  chunks.push(rows.take());
  await copyBinary(
    client,
    'quarantine (file_sha256, byte_offset, row_number, code, detail, original, byte_length)',
    chunks,
  );
}
