import type {
  SourceDay,
  SourceFacts,
  SourceFile,
  SourceTrouble,
  ToldDigest,
} from '../../models/detect/sources/source-facts.ts';
import type { Queryable } from '../pool.ts';

const MOST_TOLD = 2_000;
const TOLD_DAYS = 60;
const MOST_FILES = 500;
const MOST_DAYS = 60;
/** A growing file has a line for each piece: so many are enough to see when something new came. */
const MOST_LINES = 20_000;

const epochMs = (instant: string) => `(extract(epoch from ${instant}) * 1000)::float8`;

export interface SourceQuestion {
  source: string;
  asOf: Date;
  time: 'wall' | 'data';
  calendar: string;
  /** Of its contract; null: the zone of the source. */
  timeZone: string | null;
  /** Of its contract. */
  freshnessMs: number | null;
}

/**
 * The lines of the ledger of a source, the newest first to limit them, with `at`: when each came. In the time of the
 * data (docs/decisions/0005) the receipt is on the clock of today; there a file came when the latest of what was told
 * so far was.
 */
const ARRIVED = `line as (
    select file.*, case when $3::text = 'wall' then received_at
      else max(last_known_at) over (order by id) end as at
    from (select * from file where source = $1 and ($3::text = 'data' or received_at <= $2)
          order by received_at desc, id desc limit ${MOST_LINES}) as file),
  arrived as (select * from line where at <= $2)`;

/** What the rules of a source look at, as known at an instant. */
export async function readSourceFacts(client: Queryable, question: SourceQuestion): Promise<SourceFacts> {
  const { source, calendar, freshnessMs } = question;
  const { rows } = await client.query<{ timeZone: string | null }>(
    'select time_zone as "timeZone" from source where name = $1',
    [source],
  );
  const { files, digests } = await readFiles(client, question);
  return {
    source,
    timeZone: question.timeZone ?? rows[0]?.timeZone ?? null,
    calendar,
    freshnessMs,
    toldMs: await readTold(client, question),
    files,
    digests,
    days: await readDays(client, question),
    troubles: await readTroubles(client, question),
  };
}

/** When each file that told something later than all before it came. A log of the past counts as told when it happened. */
async function readTold(client: Queryable, { source, asOf, time }: SourceQuestion): Promise<number[]> {
  const { rows } = await client.query<{ at: number }>(
    `with ${ARRIVED}, since as (select min(received_at) as at from file where source = $1),
     told as (
       select case when $3::text = 'data' or last_known_at < since.at then last_known_at else arrived.at end as at,
         last_known_at > coalesce(max(last_known_at) over (order by id rows between unbounded preceding and 1 preceding),
           '-infinity') as is_news
       from arrived, since where last_known_at is not null and state = 'loaded')
     select * from (
       select distinct ${epochMs('at')} as at from told
       where is_news and at <= $2 and at > $2::timestamptz - make_interval(days => $4)
       order by at desc limit $5) as latest
     order by at`,
    [source, asOf, time, TOLD_DAYS, MOST_TOLD],
  );
  return rows.map(({ at }) => at);
}

type FileLine = SourceFile & { digest: string | null };

/** Names of files that tell of others. */
const COMPANION = /\.(sha256|sha256sum|sha1|md5|crc32?|done|ok|ready)$/i;
const DIGEST_COMPANION = /\.sha256(sum)?$/i;

/**
 * The last files, and the digests told beside them. A companion is no table and is refused as one, with its first line
 * in the refusal: there its digest is read.
 */
async function readFiles(
  client: Queryable,
  { source, asOf, time }: SourceQuestion,
): Promise<{ files: SourceFile[]; digests: ToldDigest[] }> {
  const { rows } = await client.query<FileLine>(
    `with ${ARRIVED}, again as (
       select first.*, arrival.path, arrival.modified_at from arrived first
         join arrival on arrival.source = $1 and arrival.sha256 = first.sha256
       where $3::text = 'wall' and arrival.modified_at > first.at and arrival.modified_at <= $2
         and regexp_replace(arrival.path, '^.*/', '') <> regexp_replace(first.name, '^.*/', '')
         and not exists (select from source where name = $1 and (intake ->> 'growing')::boolean)),
     listed as (
       select sha256, name, size_bytes, at, state, rows_in, rows_duplicate, dialect, refusal_code, refusal_detail
       from arrived
       union all
       select sha256, path, size_bytes, modified_at, state, rows_in, rows_duplicate, dialect, refusal_code,
         refusal_detail from again),
     latest as (select * from listed order by at desc, name desc limit $4)
     select latest.sha256, name, size_bytes::float8 as "sizeBytes", ${epochMs('at')} as "receivedAtMs", state,
       rows_in::float8 as "rowsIn", rows_duplicate::float8 as "rowsDuplicate",
       (dialect ->> 'trailerRows')::float8 as "trailerRows",
       coalesce(last.code in ('ragged-row', 'unclosed-quote') and name !~* '[.](gz|zip|zst|bz2|xz)$'
         and last.byte_offset + last.byte_length >= size_bytes - 2, false) as "endsInRefusedRow",
       refusal_code as "refusalCode", refusal_detail as "refusalDetail",
       lower(substring(refusal_detail from '[0-9A-Fa-f]{64}')) as digest
     from latest left join lateral (
       select code, byte_offset, byte_length from quarantine
       where file_sha256 = latest.sha256 order by byte_offset desc limit 1) as last on true
     order by at, name`,
    [source, asOf, time, MOST_FILES],
  );
  return {
    files: rows.filter(({ name }) => !COMPANION.test(name)).map(({ digest: _, ...file }) => file),
    digests: rows
      .filter(({ name, digest }) => digest !== null && DIGEST_COMPANION.test(name))
      .map(({ name, receivedAtMs, digest }) => ({
        name: name.replace(DIGEST_COMPANION, ''),
        receivedAtMs,
        sha256: digest!,
      })),
  };
}

async function readDays(client: Queryable, { source, asOf }: SourceQuestion): Promise<SourceDay[]> {
  const { rows } = await client.query<SourceDay>(
    `select * from (
       select to_char(day, 'YYYY-MM-DD') as day, volume_rows::float8 as "volumeRows", completeness, uniqueness, validity
       from quality_daily where source = $1 and day <= ($2::timestamptz at time zone 'UTC')::date
       order by quality_daily.day desc limit $3) as latest
     order by day`,
    [source, asOf, MOST_DAYS],
  );
  return rows;
}

/** Why its intake stands still now: held files that broke its contract, and its limit of refused rows. */
async function readTroubles(client: Queryable, { source }: SourceQuestion): Promise<SourceTrouble[]> {
  const { rows } = await client.query<SourceTrouble>(
    `select kind, ${epochMs('since')} as "sinceMs", detail from (
       select 'quarantine-limit' as kind, paused_at as since, (
         select refusal_detail from file
         where file.source = $1 and state = 'held' and refusal_code = 'quarantine-limit' order by id limit 1) as detail
       from source where name = $1 and paused_at is not null
       union all
       (select 'schema-changed', coalesce(loaded_at, received_at), refusal_detail from file
        where source = $1 and state = 'held' and refusal_code = 'schema-changed' order by id limit 1)) as trouble
     order by kind`,
    [source],
  );
  return rows;
}
