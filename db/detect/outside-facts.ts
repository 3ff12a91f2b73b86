import type { OutsideFacts } from '../../models/records/outside-facts.ts';
import { COLLECTED, knownAt } from '../known-at.ts';
import type { Queryable } from '../pool.ts';

/** Columns of run logs, kept with their runs, that tell the version a job ran in; the first that is told counts. */
const VERSION_NAMES = [
  'job_version',
  'jobVersion',
  'code_version',
  'version',
  'Version',
  'VERSION',
  'release',
  'git_sha',
  'git_commit',
  'commit',
  'revision',
];
/** Of a job that tells another one with every run the first so many are enough to see that it says nothing. */
const MOST_VERSIONS = 1_000;

const epochMs = (instant: string) => `(extract(epoch from ${instant}) * 1000)::float8`;
const numbers = (values: readonly (number | null)[] | null): Float64Array =>
  Float64Array.from(values ?? [], (value) => value ?? Number.NaN);

/** What is known at `asOf` of the jobs' sources and versions. */
export async function loadOutsideFacts(
  client: Queryable,
  asOf: Date,
  time: 'wall' | 'data',
): Promise<OutsideFacts> {
  const files = await loadAccounts(client, asOf, time);
  const changes = await loadContractChanges(client, asOf, time);
  const feeds = await loadFeeds(client, asOf);
  const names = new Set([...files.keys(), ...feeds.keys()]);
  const sources = [...names].sort().map((source) => {
    const { jobId, startedAt, known } = feeds.get(source) ?? {};
    const account = files.get(source);
    return {
      source,
      files: {
        ts: numbers(account?.ts ?? null),
        knownAt: numbers(account?.knownAt ?? null),
        rowsIn: numbers(account?.rowsIn ?? null),
        rowsRefused: numbers(account?.rowsRefused ?? null),
        valuesExpected: numbers(account?.valuesExpected ?? null),
        valuesTold: numbers(account?.valuesTold ?? null),
        delayMs: numbers(account?.delayMs ?? null),
      },
      contractChangedAt: numbers(changes.get(source)?.at ?? null),
      jobs: {
        jobId: numbers(jobId ?? null),
        startedAt: numbers(startedAt ?? null),
        knownAt: numbers(known ?? null),
      },
    };
  });
  return { sources, versions: await loadVersions(client, asOf) };
}

type Columns<Name extends string> = Record<Name, (number | null)[]>;

/** The accounts of the loaded files of each source of runs. Of a file whose original is gone the account is no more. */
async function loadAccounts(client: Queryable, asOf: Date, time: 'wall' | 'data') {
  type Account = Columns<
    'ts' | 'knownAt' | 'rowsIn' | 'rowsRefused' | 'valuesExpected' | 'valuesTold' | 'delayMs'
  >;
  const { rows } = await client.query<{ source: string } & Account>(
    `with ${COLLECTED}, told as (
       select file.*, coalesce(last_known_at, received_at) as ts from file
       where state = 'loaded' and original_deleted_at is null),
     account as (
       select file.source, file.id, file.ts, ${knownAt('file.ts', '$2')} as known_at,
         rows_in::float8, (rows_quarantined - rows_expired)::float8 as refused, values_expected::float8 as expected,
         values_told::float8 as told,
         case when $2::text = 'wall' and last_known_at >= collected.since
           then greatest(0, ${epochMs('received_at')} - ${epochMs('last_known_at')}) end as delay
       from told file join source on source.name = file.source and source.kind in ('runs', 'events')
         join collected on collected.source = file.source)
     select source, array_agg(${epochMs('ts')} order by ts, id) as ts,
       array_agg(${epochMs('known_at')} order by ts, id) as "knownAt",
       array_agg(rows_in order by ts, id) as "rowsIn", array_agg(refused order by ts, id) as "rowsRefused",
       array_agg(expected order by ts, id) as "valuesExpected", array_agg(told order by ts, id) as "valuesTold",
       array_agg(delay order by ts, id) as "delayMs"
     from account where ts <= $1 and known_at <= $1 group by source`,
    [asOf, time],
  );
  return new Map(rows.map((row) => [row.source, row]));
}

/** Contracts are accepted on the clock of today: in the time of the data that says nothing. */
async function loadContractChanges(client: Queryable, asOf: Date, time: 'wall' | 'data') {
  const { rows } = await client.query<{ source: string; at: number[] }>(
    `select source, array_agg(${epochMs('accepted_at')} order by accepted_at) as at
     from contract where version > 1 and accepted_at <= $1 and $2::text = 'wall' group by source`,
    [asOf, time],
  );
  return new Map(rows.map((row) => [row.source, row]));
}

/** Of each source and job the run that was known first. */
async function loadFeeds(client: Queryable, asOf: Date) {
  const { rows } = await client.query<{ source: string } & Record<'jobId' | 'startedAt' | 'known', number[]>>(
    `with feed as (
       select job_id, source, min(array[run.known_at, started_at]) as first
       from run join file on file.id = run.file_id where run.known_at <= $1 group by job_id, source)
     select source, array_agg(job_id::float8 order by job_id) as "jobId",
       array_agg(${epochMs('first[2]')} order by job_id) as "startedAt",
       array_agg(${epochMs('first[1]')} order by job_id) as known
     from feed group by source`,
    [asOf],
  );
  return new Map(rows.map((row) => [row.source, row]));
}

/** Of each job and version the run that was known first. */
async function loadVersions(client: Queryable, asOf: Date): Promise<OutsideFacts['versions']> {
  const { rows } = await client.query<{ jobId: number; startedAt: number[]; known: number[] }>(
    `with told as (
       select job_id, known_at, started_at, (
         select left(extra ->> name, 200) from unnest($2::text[]) with ordinality as names (name, place)
         where extra ? name order by place limit 1) as version
       from run where extra is not null and extra ?| $2::text[] and known_at <= $1),
     version as (
       select job_id, min(array[known_at, started_at]) as first from told where version <> ''
       group by job_id, version),
     numbered as (
       select *, row_number() over (partition by job_id order by first) as number from version)
     select job_id as "jobId", array_agg(${epochMs('first[2]')} order by first[2], first[1]) as "startedAt",
       array_agg(${epochMs('first[1]')} order by first[2], first[1]) as known
     from numbered where number <= $3 group by job_id order by job_id`,
    [asOf, VERSION_NAMES, MOST_VERSIONS],
  );
  return rows.map(({ jobId, startedAt, known }) => ({
    jobId,
    startedAt: Float64Array.from(startedAt),
    knownAt: Float64Array.from(known),
  }));
}
