/**
 * What many answers have in common. Instants are ISO 8601 in UTC, durations milliseconds, probabilities 0 to 1; `null`
 * means "not told" or "not known", never zero.
 */
import { z } from 'zod';

export const instant = z.iso.datetime();
export const count = z.int().min(0);
export const probability = z.number().min(0).max(1);
export const jobId = z.int().min(0);
export const criticality = z.int().min(1).max(4).describe('1: a truck waits for it, to 4: nobody notices.');
export const runStatus = z.enum(['running', 'succeeded', 'failed', 'cancelled']);

/** Which job something belongs to. */
export const jobFields = {
  jobId,
  namespace: z.string(),
  job: z.string(),
  owner: z.string().nullable(),
};
export const placedJobFields = { ...jobFields, host: z.string().nullable(), criticality };

const MOST_ITEMS = 500;

/** A whole number in an address, in digits: not "", " 5 ", "0x10" or "1e2", which JavaScript takes for numbers too. */
export const wholeNumber = (least: number, most: number) =>
  z.preprocess(
    (text) => (typeof text === 'string' && /^-?\d{1,16}$/.test(text) ? Number(text) : text),
    z.int().min(least).max(most),
  );

export const limit = (byDefault: number, most = MOST_ITEMS, least = 1) =>
  wholeNumber(least, most).default(byDefault).describe('How many at most.');
/** One of the next page: what stood in `next`. */
const after = z
  .string()
  .min(1)
  .max(6_000)
  .regex(/^[A-Za-z0-9_-]+$/, 'this is no cursor: take what stood in "next"')
  .optional()
  .describe('Where to go on: what stood in "next".');
/** What every list that goes on is asked by. */
export const pageQuery = (byDefault: number) => ({ limit: limit(byDefault), after });

/**
 * A text of which each character is one of a class. Characters are counted as JSON Schema counts them, so that what
 * the document says of the length is so for those beyond the first 65,536 as well.
 *
 * @param characters inside the brackets of a regular expression
 */
const textOf = (characters: string, most: number, what: string) =>
  z
    .string()
    .min(1)
    .regex(
      new RegExp(`^[${characters}]{1,${most}}$`, 'u'),
      `expected at most ${most} characters${what && `, ${what}`}`,
    )
    .meta({ maxLength: most });

/** No control characters: PostgreSQL knows no text with a zero, and no name has one. */
export const plainText = (most: number) => textOf('^\\u0000-\\u001f\\u007f', most, 'no control characters');

/** The same with line breaks and the like, as in keys that programs make. */
export const anyText = (most: number) => textOf('^\\u0000', most, 'no zero character');

const MONTH_AND_DAY =
  '(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)';
const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)';

/** ISO 8601 with its offset, of some years, as a pattern that says all: a document knows no range of instants. */
export const instantPattern = (years: string, leapYears: string): RegExp =>
  new RegExp(`^(?:(?:${leapYears})-02-29|(?:${years})-${MONTH_AND_DAY})T${TIME}$`);

/** Within the range of PostgreSQL and of a Date alike. */
const ASKED = instantPattern('(?:19|20|21)\\d\\d', '(?:19|20|21)(?:0[48]|[2468][048]|[13579][26])|2000');
export const askedInstant = z
  .string()
  .regex(ASKED, 'expected an instant such as 2026-03-02T06:00:00Z, of the years 1900 to 2199')
  .meta({ format: 'date-time' })
  .transform((text) => new Date(text));

/** A list with a place to go on. */
export const pageSchema = <Item extends z.ZodType>(item: Item, id: string) =>
  z
    .strictObject({
      items: z.array(item),
      next: z.string().nullable().describe('Goes into "after" to read on; null: that was all.'),
    })
    .meta({ id });

export const idParam = (name: string) => wholeNumber(0, Number.MAX_SAFE_INTEGER).describe(name);
