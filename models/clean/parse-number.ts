export type DecimalMark = '.' | ',';

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
/** Space, no-break space, narrow no-break space, thin space, apostrophes. */
const GROUP_MARKS = /(\d)[ \u00a0\u202f\u2009'’](?=\d{3}(?!\d))/g;
const GROUPED = { '.': /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/, ',': /^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/ };

/**
 * The number a text means, NaN when it is none.
 *
 * Thousands may be grouped by spaces, apostrophes or the mark that is not `decimalMark`. Where grouping
 * cannot be meant (`12,5` in a file with decimal points) that mark is read as decimal.
 */
export function parseNumber(text: string, decimalMark: DecimalMark): number {
  const short = shortInteger(text);
  if (short >= 0) return short;
  const compact = text.replace(GROUP_MARKS, '$1');
  const grouping = decimalMark === '.' ? ',' : '.';
  if (GROUPED[decimalMark].test(compact)) {
    return finite(Number(compact.replaceAll(grouping, '').replace(',', '.')));
  }
  const pointed = compact.replace(',', '.');
  return PLAIN.test(pointed) ? finite(Number(pointed)) : Number.NaN;
}

/** Most numbers of a log are up to 15 digits and nothing else; -1 for any other text. */
export function shortInteger(text: string): number {
  if (text.length === 0 || text.length > 15) return -1;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);
