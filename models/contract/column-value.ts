import { isInstantInRange } from '../clean/instant-range.ts';
import { InstantReader } from '../clean/instant-reader.ts';
import { parseDuration } from '../clean/parse-duration.ts';
import { type DecimalMark, parseNumber } from '../clean/parse-number.ts';
import { statusOfWord } from '../clean/status-words.ts';
import type { DateOrder } from '../clean/written-instant.ts';
import type { ColumnType } from './contract.ts';

const BOOLEANS = new Set('true false yes no oui non vrai faux t f y n o 0 1'.split(' '));

/** Milliseconds that 1 means in a column of durations. */
export const durationUnitMs = (field: string | null): number =>
  field === 'durationMilliseconds' ? 1 : field === 'durationMinutes' ? 60_000 : 1000;

/** How the values of a column are to be read. */
export interface ColumnReading {
  type: ColumnType;
  field: string | null;
  decimalMark: DecimalMark;
  /** Default `day-first`. */
  dateOrder?: DateOrder | undefined;
  /** Reads the instants of the source; lacking it they are read as UTC in that order. */
  instants?: InstantReader | undefined;
}

const READERS = {
  'day-first': new InstantReader(),
  'month-first': new InstantReader({ dateOrder: 'month-first' }),
};

/** The instant a trimmed text means, epoch milliseconds; NaN when it is none. */
export const instantOf = (text: string, dateOrder: DateOrder = 'day-first'): number =>
  READERS[dateOrder].read(text);

/** Whether a trimmed text is a value of the type. */
export function isReadable(text: string, reading: ColumnReading): boolean {
  switch (reading.type) {
    case 'text':
      return true;
    case 'status':
      return statusOfWord(text) !== null;
    case 'boolean':
      return BOOLEANS.has(text.toLowerCase());
    case 'integer':
      return Number.isInteger(measured(text, reading));
    default:
      return !Number.isNaN(measured(text, reading));
  }
}

/** The number that a range is compared with (see `ValueRange` for units); NaN when the text is none. */
export function measured(
  text: string,
  { type, field, decimalMark, dateOrder, instants }: ColumnReading,
): number {
  if (type === 'instant') {
    const instant = instants?.read(text) ?? instantOf(text, dateOrder);
    return isInstantInRange(instant) ? instant : Number.NaN;
  }
  if (type === 'duration') {
    const unitMs = durationUnitMs(field);
    return parseDuration(text, unitMs, decimalMark) / unitMs;
  }
  return type === 'integer' || type === 'number' ? parseNumber(text, decimalMark) : Number.NaN;
}

/** Types whose values have an order, so that a range means something. */
export const hasRange = (type: ColumnType): boolean =>
  type === 'integer' || type === 'number' || type === 'instant' || type === 'duration';
