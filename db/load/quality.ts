import type { Queryable } from '../pool.ts';
import type { Source } from './sources.ts';

/** UTC day a file belongs to: that of the latest instant it tells of, else of its receipt. */
const DAY_OF_FILE = `(coalesce(last_known_at, received_at) at time zone 'UTC')::date`;

export interface QualityScope {
  /** Only days to which these files belong. */
  sha256s?: readonly string[] | undefined;
  /** All days of this source. */
  source?: string | undefined;
}

/**
 * Computes the quality of the days in scope (nothing given: of all days) from the ledger; returns how many. Days of a
 * whole source that have no files any more go.
 */
export async function refreshQuality(client: Queryable, { sha256s, source }: QualityScope): Promise<number> {
  const { rowCount } = await client.query(
    `with touched as (
       select distinct source, ${DAY_OF_FILE} as day from file
       where state = 'loaded' and ($1::text[] is null or sha256 = any($1)) and ($2::text is null or source = $2)),
     of_day as (
       select file.*, touched.day from file
       join touched on touched.source = file.source and touched.day = ${DAY_OF_FILE}
       where file.state = 'loaded'),
     counted as (
       select source, day, count(*) as files, sum(rows_in) as rows_in, sum(rows_loaded) as loaded,
         sum(rows_duplicate) as duplicate, sum(rows_quarantined - rows_expired) as refused,
         sum(values_told) as told, sum(values_expected) as expected,
         percentile_cont(0.5) within group (
           order by case when last_known_at is not null
             then greatest(0, extract(epoch from received_at - last_known_at)::float8) end) as freshness_s
       from of_day group by source, day),
     gone as (
       delete from quality_daily old
       where $1::text[] is null and ($2::text is null or old.source = $2)
         and not exists (select from counted where counted.source = old.source and counted.day = old.day))
     insert into quality_daily as known
       (source, day, files, volume_rows, completeness, uniqueness, validity, freshness_s)
     select source, day, files, rows_in, told::float8 / nullif(expected, 0),
       loaded::float8 / nullif(loaded + duplicate, 0), 1 - refused::float8 / nullif(rows_in, 0), freshness_s
     from counted
     on conflict (source, day) do update set files = excluded.files, volume_rows = excluded.volume_rows,
       completeness = excluded.completeness, uniqueness = excluded.uniqueness, validity = excluded.validity,
       freshness_s = excluded.freshness_s`,
    [sha256s ?? null, source ?? null],
  );
  return rowCount ?? 0;
}

/** The quality of one day of a source. */
export interface QualityDayRow {
  /** `2026-03-01`, UTC. */
  day: string;
  files: number;
  volumeRows: number;
  completeness: number | null;
  uniqueness: number | null;
  validity: number | null;
  freshnessS: number | null;
}

export interface QualityOfSource {
  source: string;
  kind: Source['kind'];
  /** Since when it is stopped by its limit of refused rows. */
  pausedAt: Date | null;
  /** Oldest first. */
  days: QualityDayRow[];
}

/** The last days of every source that has any, and those that are stopped. */
export async function readQualityOfSources(client: Queryable, days: number): Promise<QualityOfSource[]> {
  const { rows } = await client.query<QualityOfSource>(
    `select source.name as source, source.kind, source.paused_at as "pausedAt", coalesce(json_agg(json_build_object(
         'day', day, 'files', files, 'volumeRows', volume_rows, 'completeness', completeness,
         'uniqueness', uniqueness, 'validity', validity, 'freshnessS', freshness_s) order by day) filter (where day is not null), '[]') as days
     from source left join lateral (
       select * from quality_daily where quality_daily.source = source.name order by day desc limit $1) last on true
     group by source.name having count(day) > 0 or source.paused_at is not null order by source.name`,
    [days],
  );
  return rows;
}
