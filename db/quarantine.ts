import type { PoolClient } from 'pg';
import { openCopy } from './copy.ts';

export interface RefusedRow {
  rowNumber: number;
  byteOffset: number;
  bytes: Uint8Array;
  code: string;
  detail: string;
}

/** Keeps refused rows with their reason and their bytes. The file's transaction makes it happen once. */
export async function saveRefusedRows(
  client: PoolClient,
  fileSha256: string,
  rows: readonly RefusedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const copy = openCopy(client, 'quarantine (file_sha256, byte_offset, row_number, code, detail, original)');
  for (const row of rows) {
    const original = `\\x${Buffer.from(row.bytes).toString('hex')}`;
    await copy.write([fileSha256, row.byteOffset, row.rowNumber, row.code, row.detail, original]);
  }
  await copy.end();
}
