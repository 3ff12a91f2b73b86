/** A pattern of one field is hardly any pattern, but more than none. */
const LEAST_GAIN = 1e-3;
const NUMBER = /^[-+]?[\p{Sc}]?[\d\s.,'\u00a0\u202f]*\d[\d.,]*(?:e[-+]?\d+)?\s?[%\p{Sc}]?$/iu;
const DATE = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?$/;
const TIME = /^\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?$/;
const LINK = /^(?:[a-z]+:\/\/\S+|[^\s@]+@[^\s@]+\.\w+)$/i;
/** Names and sentences without the characters that delimit fields. */
const WORDS =
  /^[\p{L}\p{N}_.\-+/&()'’!?#*=°%$\\[\]{}<>@^~]+(?: [\p{L}\p{N}_.\-+/&()'’!?#*=°%$\\[\]{}<>@^~]+)*$/u;

/**
 * How much a table under some dialect looks like one: regular rows times cells that look like values.
 *
 * After van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row and type patterns", Data
 * Mining and Knowledge Discovery 33 (2019), https://doi.org/10.1007/s10618-019-00646-y: Q = P · T with
 * P = 1/K · Σ N_k (L_k − 1) / L_k over the K different numbers of fields L_k with N_k rows each, and T the share of
 * cells of a known type.
 */
export function tableShapeScore(rows: readonly { fields: readonly string[] }[]): number {
  const rowsOfWidth = new Map<number, number>();
  let cells = 0;
  let typed = 0;
  for (const { fields } of rows) {
    if (fields.length === 1 && fields[0] === '') continue;
    // A row that could not be read has no fields: it is text of no known type.
    if (fields.length === 0) cells++;
    const width = Math.max(1, fields.length);
    rowsOfWidth.set(width, (rowsOfWidth.get(width) ?? 0) + 1);
    for (const field of fields) {
      cells++;
      if (isTyped(field.trim())) typed++;
    }
  }
  if (cells === 0) return 0;
  let pattern = 0;
  for (const [width, count] of rowsOfWidth) pattern += count * (Math.max(LEAST_GAIN, width - 1) / width);
  return (pattern / rowsOfWidth.size) * Math.max(LEAST_GAIN, typed / cells);
}

function isTyped(text: string): boolean {
  if (text === '') return true;
  if (text.length > 200) return false;
  return NUMBER.test(text) || DATE.test(text) || TIME.test(text) || LINK.test(text) || WORDS.test(text);
}
