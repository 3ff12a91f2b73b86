import { z } from 'zod';
import { ProblemError, problemOf } from './problem.ts';

/** Names of runs may be long; nothing else in a cursor is. */
const MOST_CHARACTERS = 6_000;

/** An instant of a cursor, as PostgreSQL knows it: whole microseconds since 1970. A Date knows milliseconds only. */
export const microseconds = z.int();

/** Where the next page of a list begins: the sort keys of its last item, in a form that nobody is to read. */
const cursorOf = (keys: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(keys)).toString('base64url');

/**
 * The sort keys in a cursor.
 *
 * A cursor is not signed: whoever changes one asks for another place in a list that he may read anyway.
 *
 * @throws ProblemError 400 for what is none of this list
 */
export function keysOf<Keys extends z.ZodTuple>(
  schema: Keys,
  cursor: string | undefined,
): z.infer<Keys> | null {
  if (cursor === undefined) return null;
  const result = schema.safeParse(jsonOf(cursor));
  if (result.success) return result.data;
  const detail = 'This is no cursor of this list: take what stood in "next", or begin without one.';
  throw new ProblemError(problemOf('bad-query', 400, detail, [{ parameter: 'after', detail }]));
}

function jsonOf(cursor: string): unknown {
  if (cursor.length > MOST_CHARACTERS) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(cursor, 'base64url'));
    // PostgreSQL has no text with this character.
    return text.includes('\\u0000') ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A page of a list that was read one item further than asked for.
 *
 * @param keysOf sort keys of an item, as the next page is asked for by them
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keysOf: (row: Row) => (string | number)[],
  itemOf: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const items = rows.slice(0, limit);
  const next = rows.length > limit ? cursorOf(keysOf(items.at(-1)!)) : null;
  return { items: items.map(itemOf), next };
}
