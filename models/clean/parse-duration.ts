import { type DecimalMark, parseNumber } from './parse-number.ts';

const CLOCK = /^(-?)(\d{1,4}):([0-5]\d):([0-5]\d)(?:[.,](\d{1,9}))?$/;

/**
 * The duration a text means, in whole milliseconds (negative ones too), NaN when it is none.
 * A plain number counts `unitMs` milliseconds; `hh:mm:ss[.fff]` is understood whatever the unit.
 */
export function parseDuration(text: string, unitMs: number, decimalMark: DecimalMark): number {
  const clock = CLOCK.exec(text);
  if (clock === null) return Math.round(parseNumber(text, decimalMark) * unitMs);
  const [, sign, hours, minutes, seconds, fraction] = clock;
  const whole = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  const ms = whole + Math.round(Number(`0.${fraction ?? 0}`) * 1000);
  return sign === '-' ? -ms : ms;
}
