/** English and French, as `plainDateText` leaves them: lower case, no accents. */
const NAMES: readonly string[] = [
  'january jan janvier janv',
  'february feb fevrier fevr fev',
  'march mar mars',
  'april apr avril avr',
  'may mai',
  'june jun juin',
  'july jul juillet juil',
  'august aug aout aou',
  'september sept sep septembre',
  'october oct octobre',
  'november nov novembre',
  'december dec decembre',
];

const MONTH_OF = new Map(NAMES.flatMap((names, at) => names.split(' ').map((name) => [name, at + 1])));

/** For a regular expression, the longest first. */
export const MONTH_PATTERN = [...MONTH_OF.keys()].sort((a, b) => b.length - a.length).join('|');

/** The number of a month by a name that `MONTH_PATTERN` matched. */
export function monthOfName(name: string): number {
  return MONTH_OF.get(name) ?? Number.NaN;
}
