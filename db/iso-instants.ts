import pg from 'pg';

/**
 * For a query of thousands of rows that are only passed on as JSON: instants are texts as `Date.toJSON` writes them. Making
 * a date of each and a text of it again is most of the work of such an answer.
 */
export const ISO_INSTANTS: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.TIMESTAMPTZ ? isoInstant : pg.types.getTypeParser(oid, format),
};

const TO_THE_SECOND = 'YYYY-MM-DD HH:MM:SS'.length;

/**
 * An instant as PostgreSQL writes it (`2026-03-02 06:00:00.25+00`) in ISO 8601, to the millisecond, what is finer cut off:
 * `2026-03-02T06:00:00.250Z`.
 */
export function isoInstant(written: string): string {
  // In another time zone, or of another era, it is rare, and not worth a way of its own.
  if (!written.endsWith('+00') || written[10] !== ' ') {
    return (pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ)(written) as unknown as Date).toISOString();
  }
  const fraction = written.slice(TO_THE_SECOND + 1, -'+00'.length);
  return `${written.slice(0, 10)}T${written.slice(11, TO_THE_SECOND)}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}
