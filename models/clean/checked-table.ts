import type { RowTable } from './row-table.ts';
import type { RowRefusal } from './rules/rule.ts';

/** The reason why a row is refused though it is a record, or null. */
export type RowCheck = (fields: readonly string[]) => RowRefusal | null;

/** The check of rows under a header; null when nothing is asked of them. */
export type RowCheckOf = (header: readonly string[]) => RowCheck | null;

/** A table whose records are checked as well. Other refusals come first: they say better what is wrong. */
export function checkedTable<Record>(
  table: RowTable<Record>,
  checkOf: RowCheckOf | undefined,
): RowTable<Record> {
  const check = checkOf?.(table.header) ?? null;
  if (check === null) return table;
  const { cleanRow } = table;
  return {
    ...table,
    cleanRow(fields, anomalies, rowNumber, byteOffset) {
      const result = cleanRow(fields, anomalies, rowNumber, byteOffset);
      return 'code' in result ? result : (check(fields) ?? result);
    },
  };
}
