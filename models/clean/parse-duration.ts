import { type DecimalMark, parseNumber } from './parse-number.ts';

/** `02:03:04.5`, and with days before it: `1 day, 2:03:04`, `1.02:03:04`, `1 j 02:03:04`. */
const CLOCK =
  /^(-?)(?:(\d{1,4})(?:\.| ?(?:d|j|days?|jours?),? ))?(\d{1,4}):([0-5]\d):([0-5]\d)(?:[.,](\d{1,9}))?$/i;
/** ISO 8601: `PT1H2M3.5S`, `P1DT2H`. */
const ISO = /^(-?)P(?=[\dT])(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/i;
/** `1 h 02 min 03 s`, `2m 5s`, `350 ms`, `1h05`. */
const PARTS =
  /^(-?)(?:(\d+) ?(?:d|j|days?|jours?) ?)?(?:(\d+) ?(?:h|hrs?|hours?|heures?) ?)?(?:(\d+) ?(?:m|mn|min|mins?|minutes?) ?)?(?:(\d+(?:[.,]\d+)?) ?(?:s|sec|secs?|seconds?|secondes?) ?)?(?:(\d+(?:[.,]\d+)?) ?(?:ms|msec|millis|milliseconds?|millisecondes?))?$/i;
const HAS_LETTER = /[a-z]/i;
/** Nothing longer is a duration. */
const MAX_CHARACTERS = 80;

/**
 * The duration a text means, in whole milliseconds (negative ones too), NaN when it is none.
 * A plain number counts `unitMs` milliseconds; what names its units is understood whatever the column's unit.
 */
export function parseDuration(text: string, unitMs: number, decimalMark: DecimalMark): number {
  const plain = parseNumber(text, decimalMark);
  if (!Number.isNaN(plain)) return Math.round(plain * unitMs);
  if (text.length > MAX_CHARACTERS) return Number.NaN;
  const clock = CLOCK.exec(text);
  if (clock !== null) {
    const [, sign, days, hours, minutes, seconds, fraction] = clock;
    return durationOf(sign, [days, hours, minutes, `${seconds}.${fraction ?? 0}`]);
  }
  if (!HAS_LETTER.test(text)) return Number.NaN;
  const named = ISO.exec(text) ?? PARTS.exec(text);
  if (named === null) return Number.NaN;
  const [, sign, ...parts] = named;
  return durationOf(sign, parts);
}

/** Days, hours, minutes, seconds, milliseconds; those that are not told are zero. */
function durationOf(sign: string | undefined, parts: readonly (string | undefined)[]): number {
  const [days, hours, minutes, seconds, millis] = parts.map((part) =>
    Number((part ?? '0').replace(',', '.')),
  );
  const ms = (((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1000 + (millis ?? 0);
  return sign === '-' ? -Math.round(ms) : Math.round(ms);
}
