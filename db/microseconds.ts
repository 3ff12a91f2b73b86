/**
 * Instants as whole microseconds since 1970: what a cursor carries, for a JavaScript date would cut PostgreSQL's
 * microseconds off and a page would repeat or skip a row.
 */

/** SQL: an instant as microseconds. */
export const inMicroseconds = (instant: string): string =>
  `(extract(epoch from ${instant}) * 1000000)::bigint`;

/** SQL: the instant that many microseconds after 1970. */
export const fromMicroseconds = (microseconds: string): string =>
  `(timestamptz 'epoch' + ${microseconds}::bigint * interval '1 microsecond')`;
