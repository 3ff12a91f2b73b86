/** What a line is that is no row, though it stands among them. */
export type OutsideLine = 'blank' | 'comment' | 'footer';

const COMMENT = /^(?:#|\/\/|--)/;
const RULER = /^[-=_+*|\s]*$/;
const NUMBER = /^[\d\s.,'%\u00a0\u202f:-]*$/;
const TOTAL =
  /^\W*(?:(?:grand|sous|sub)[- ]?)?(?:total|totaux|sum|somme|count|nombre|moyenne|average)(?![\p{L}\p{N}_])/iu;
const COUNT =
  /^\(?\d[\d\s.,\u00a0\u202f]*(?:rows?|lines?|records?|entries|lignes?|enregistrements?)(?![\p{L}\p{N}_])/iu;
const CLOSING =
  /^\W*(?:end of|fin d[eu]|eof|eot|generated|généré|genere|exported|exporté|edited|édité|imprimé|page \d)/iu;

/**
 * What a line is by its form alone; asked only about lines that are no record.
 *
 * Nothing that may be a damaged row is one: a comment has too few fields, and a footer has nothing but numbers
 * beside its word.
 */
export function kindOfOutsideLine(fields: readonly string[], columnCount: number): OutsideLine | null {
  const texts = fields.map((field) => field.trim()).filter((text) => text !== '');
  const [first, ...others] = texts;
  if (first === undefined) return 'blank';
  const isRagged = fields.length < columnCount;
  if (texts.every((text) => RULER.test(text)) && (texts.length > 1 || first.length > 2)) return 'comment';
  if (isRagged && COMMENT.test(first)) return COUNT.test(first.replace(/^\W+/, '')) ? 'footer' : 'comment';
  if (TOTAL.test(first) && others.every((text) => NUMBER.test(text))) return 'footer';
  if (isRagged && others.length === 0 && (COUNT.test(first) || CLOSING.test(first))) return 'footer';
  return null;
}

const WHOLE_NUMBER = /^\d{1,3}(?:[\s.,'\u00a0\u202f]\d{3})*$|^\d{1,15}$/;

/** The only number of a footer, when it is whole: how many rows there are, or some other total. */
export function toldRows(fields: readonly string[]): number | null {
  const numbers = fields.flatMap((field) => field.match(/\d(?:[\d\s.,'\u00a0\u202f]*\d)?/g) ?? []);
  const [only, ...others] = numbers;
  if (only === undefined || others.length > 0 || !WHOLE_NUMBER.test(only)) return null;
  return Number(only.replace(/\D/g, ''));
}
