/** A file name taken apart: what stays, the date in it and the number that counts. */
export interface NumberedName {
  /** `orders_{date}_{n}.csv`: names of the same series share it. */
  template: string;
  /** Days since 1970-01-01; null: no date in it. */
  day: number | null;
  /** What stands between year, month and day. */
  mark: string;
  /** null: no number in it. */
  number: number | null;
  digits: number;
}

const DAY_MS = 86_400_000;
/** A date of the years 2000 to 2099, whole or with one kind of mark between. */
const DATE = /(?<!\d)(20\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)/;
const NUMBERS = /\d{1,12}/g;

/**
 * The last number outside the date counts, if any does: that of a time of day shows by its steps that it does not.
 *
 * @returns null when nothing in the name can count
 */
export function numberedName(name: string): NumberedName | null {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const dated = DATE.exec(base);
  const day = dated === null ? null : dayOf(dated[1]!, dated[3]!, dated[4]!);
  const mark = dated?.[2] ?? '';
  const rest = day === null ? base : base.replace(DATE, '{date}');
  const last = [...rest.matchAll(NUMBERS)].at(-1);
  if (last === undefined) return day === null ? null : { template: rest, day, mark, number: null, digits: 0 };
  const template = `${rest.slice(0, last.index)}{n}${rest.slice(last.index + last[0].length)}`;
  return { template, day, mark, number: Number(last[0]), digits: last[0].length };
}

function dayOf(year: string, month: string, day: string): number | null {
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return new Date(at).getUTCDate() === Number(day) ? at / DAY_MS : null;
}

/** The name that a member of a series would have, `orders_20260301_0008.csv`, without its folder. */
export function nameOf(
  { template, mark, digits }: NumberedName,
  day: number | null,
  number: number | null,
): string {
  const date = day === null ? '' : new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', mark);
  return template.replace('{date}', date).replace('{n}', String(number ?? '').padStart(digits, '0'));
}
