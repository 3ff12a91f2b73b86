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

export const limit = (byDefault: number, most = MOST_ITEMS) =>
  z.coerce.number().int().min(1).max(most).default(byDefault).describe('How many at most.');
/** One of the next page: what stood in `next`. */
const after = z.string().min(1).max(6_000).optional().describe('Where to go on: what stood in "next".');
/** What every list that goes on is asked by. */
export const pageQuery = (byDefault: number) => ({ limit: limit(byDefault), after });

/** No control characters: PostgreSQL knows no text with a zero, and no name has one. */
export const plainText = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'no control characters');

/** Within the range of PostgreSQL and of a Date alike. */
export const askedInstant = z.iso
  .datetime({ offset: true })
  .refine((text) => /^(19|20|21)\d\d-/.test(text), 'expected a year from 1900 to 2199')
  .transform((text) => new Date(text));

/** A list with a place to go on. */
export const pageSchema = <Item extends z.ZodType>(item: Item, id: string) =>
  z
    .strictObject({
      items: z.array(item),
      next: z.string().nullable().describe('Goes into "after" to read on; null: that was all.'),
    })
    .meta({ id });

export const idParam = (name: string) =>
  z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 53 - 1)
    .describe(name);
