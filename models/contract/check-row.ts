import type { RowCheck } from '../clean/checked-table.ts';
import { InstantReader } from '../clean/instant-reader.ts';
import { isNotTold } from '../clean/not-told.ts';
import type { DecimalMark } from '../clean/parse-number.ts';
import { contractViolation } from '../clean/rules/contract-violation.ts';
import { found, type RowRefusal } from '../clean/rules/rule.ts';
import type { DateOrder } from '../clean/written-instant.ts';
import type { Contract } from './contract.ts';
import { locateColumns } from './contract-columns.ts';
import { describeRange, isInRange } from './describe-range.ts';

/** What the contract asks of single rows of a file; null when it asks nothing, so that nothing is spent on it. */
export function createRowCheck(
  contract: Contract,
  header: readonly string[],
  decimalMark: DecimalMark,
  dateOrder?: DateOrder,
): RowCheck | null {
  const places = locateColumns(contract, header);
  const { timeZone } = contract;
  const instants = new InstantReader({
    ...(dateOrder && { dateOrder }),
    ...(timeZone !== null && { timeZone }),
  });
  const checks = contract.columns.flatMap((column, at) => {
    const { name, type, field, key, enumeration, range } = column;
    const place = places[at]!;
    if (place < 0 || (!key && enumeration === null && range === null)) return [];
    const allowed = enumeration === null ? null : new Set(enumeration);
    const reading = { type, field, decimalMark, instants };
    return (fields: readonly string[]): RowRefusal | null => {
      const text = fields[place]!.trim();
      if (isNotTold(text)) return key ? refuse(name, 'a value, it is part of the key', text) : null;
      if (allowed !== null && !allowed.has(text)) {
        return refuse(name, `one of ${enumeration!.slice(0, 8).map(found).join(', ')}`, text);
      }
      if (range !== null && !isInRange(text, range, reading)) {
        return refuse(name, describeRange(range, type), text);
      }
      return null;
    };
  });
  if (checks.length === 0) return null;
  return (fields) => {
    for (const check of checks) {
      const refusal = check(fields);
      if (refusal !== null) return refusal;
    }
    return null;
  };
}

const refuse = (column: string, expected: string, text: string): RowRefusal => ({
  code: contractViolation.code,
  detail: `${column}: expected ${expected}, found ${found(text)}`,
});
