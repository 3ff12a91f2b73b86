import type { Delimiter } from './csv-dialect.ts';
import type { DecimalMark } from './parse-number.ts';

/** Fields of a sample that are numbers with a mark in them. */
export interface DecimalEvidence {
  comma: number;
  point: number;
  /** `57,262`: three digits behind the comma may be thousands. */
  ambiguousComma: number;
}

const ONE_MARK = /^\s*[+-]?\d+([.,])(\d+)\s*$/;
/** Both marks, or one twice: what stands last but once is decimal, what stands twice is not. */
const GROUPED = /^\s*[+-]?\d{1,3}(?:([.,])\d{3})+(?:([.,])\d+)?\s*$/;

export function countDecimals(rows: readonly { fields: readonly string[] }[]): DecimalEvidence {
  const decimals = { comma: 0, point: 0, ambiguousComma: 0 };
  for (const { fields } of rows) {
    for (const field of fields) {
      const found = ONE_MARK.exec(field);
      if (found !== null) {
        if (found[1] === '.') decimals.point++;
        else if (found[2]!.length === 3) decimals.ambiguousComma++;
        else decimals.comma++;
        continue;
      }
      const grouped = GROUPED.exec(field);
      if (grouped === null || grouped[1] === grouped[2]) continue;
      if (grouped[1] === '.') decimals.comma++;
      else decimals.point++;
    }
  }
  return decimals;
}

/** Where commas may be thousands, a file separated by semicolons is from where commas are decimal. */
export function decimalMarkOf(evidence: DecimalEvidence, delimiter: Delimiter): DecimalMark {
  const { comma, point, ambiguousComma } = evidence;
  if (comma > 0 || point > 0) return comma > point ? ',' : '.';
  return ambiguousComma > 0 && delimiter === ';' ? ',' : '.';
}
