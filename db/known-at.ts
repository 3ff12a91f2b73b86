/** To be named in the `with` of a query that uses `knownAt`: since when files of each source are collected. */
export const COLLECTED = 'collected as (select source, min(received_at) as since from file group by source)';

/** The same, for queries that look at few files: asked of an index, source by source. */
export const COLLECTED_BY_SOURCE = `collected as (
  select name as source, (select min(received_at) from file where file.source = source.name) as since from source)`;

/**
 * SQL: when something of an instant, told by a line of `file`, was known; needs `file` and `collected` in the query.
 *
 * What happened before its source was collected at all is a log of the past: as of a run, nothing is known of its
 * arrival, and it counts as known when it happened. From then on it is known when its file was loaded. In the time of
 * the data (docs/decisions/0005) the receipt is on the clock of today and says nothing.
 *
 * @param instant the column of the instant
 * @param time the placeholder of `wall` or `data`
 */
export const knownAt = (instant: string, time: `$${number}`): string =>
  `case when ${time}::text = 'wall' and ${instant} >= collected.since
     then greatest(${instant}, coalesce(file.accounted_at, file.loaded_at)) else ${instant} end`;
