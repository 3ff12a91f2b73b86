import type { CsvDialect, Delimiter } from './csv-dialect.ts';
import { createCsvReader } from './csv-reader.ts';

export const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

/** The fields of one line under another delimiter than its file's; null when it is no whole line then. */
export function respelled(bytes: Uint8Array, dialect: CsvDialect, delimiter: Delimiter): string[] | null {
  const reader = createCsvReader({ dialect: { ...dialect, delimiter } });
  const [row, ...others] = [...reader.push(bytes), ...reader.end()];
  return row === undefined || row.refusal !== null || others.length > 0 ? null : row.fields;
}
