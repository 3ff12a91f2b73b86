/**
 * SQL of an instant so long before another, for the bounds of a query on a table that is kept in months.
 *
 * What PostgreSQL takes from an instant as it stands depends on the session's time zone, so it is only known when the
 * query runs, and each month is planned before most are left out: most of the work of reading a page. In UTC a day is
 * a day wherever it is asked, and the planner sees the few months that matter.
 *
 * @param instant SQL of a timestamptz
 * @param span of PostgreSQL, as '2 days'
 */
export const earlier = (instant: string, span: string): string =>
  `((${instant})::timestamptz at time zone 'UTC' - interval '${span}') at time zone 'UTC'`;

/** As `earlier`, of an instant so long after another. */
export const later = (instant: string, span: string): string =>
  `((${instant})::timestamptz at time zone 'UTC' + interval '${span}') at time zone 'UTC'`;
