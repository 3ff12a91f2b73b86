import type { CsvDialect, Delimiter } from './csv-dialect.ts';
import { createCsvReader } from './csv-reader.ts';
import type { CsvRow } from './csv-row.ts';

const LF = 10;
const CR = 13;

export const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

/** The rows that the bytes of one row are in another dialect, with offsets in those bytes. */
function reread(bytes: Uint8Array, dialect: CsvDialect): CsvRow[] {
  const reader = createCsvReader({ dialect });
  return [...reader.push(bytes), ...reader.end()];
}

/** The fields of a line under another delimiter than its file's; null when it is no whole line then. */
export function respelled(bytes: Uint8Array, dialect: CsvDialect, delimiter: Delimiter): string[] | null {
  const [row, ...others] = reread(bytes, { ...dialect, delimiter });
  return row === undefined || row.refusal !== null || others.length > 0 ? null : row.fields;
}

/**
 * The rows that stand in one because they end as on another system: CR alone in a file of LF, or LF in one of CR.
 * Null unless two of them are whole, having `width` fields: a CR may just as well be text.
 */
export function rowsOfOtherLineEnd(
  { fields, refusal }: CsvRow,
  bytesOf: () => Uint8Array,
  dialect: CsvDialect,
  width: number,
): { row: CsvRow; bytes: Uint8Array }[] | null {
  const isCr = dialect.lineEnding === 'cr';
  if (refusal === null) {
    const other = isCr ? '\n' : '\r';
    if (fields.length <= width || !fields.some((field) => field.includes(other))) return null;
  } else if (refusal.code !== 'unclosed-quote' || !refusal.bytes.includes(isCr ? LF : CR)) return null;
  const bytes = bytesOf();
  const rows = reread(bytes, { ...dialect, lineEnding: isCr ? 'lf' : 'cr' });
  if (rows.filter((row) => row.refusal === null && row.fields.length === width).length < 2) return null;
  return rows.map((row) => ({
    row,
    bytes: bytes.slice(row.byteOffset, row.byteOffset + row.byteLength),
  }));
}
