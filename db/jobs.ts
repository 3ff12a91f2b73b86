import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { RunRecord } from '../models/records/run.ts';

/** The id of a job, as job_id_of(namespace, name) computes it, in two halves. */
export interface JobId {
  readonly idHigh: number;
  readonly idLow: number;
}

/** Keeps what runs tell of their jobs until they are written. */
export interface JobWriter {
  /** Takes note of a run; returns the id of its job. */
  tell(run: RunRecord): JobId;
  /** Writes every job that was told of; `hasNews`: and that detection has to look at it. */
  end(hasNews: boolean): Promise<void>;
}

interface Told extends JobId {
  /** When the earliest and the last of its states that are told could first be known, epoch milliseconds. */
  knownSince: number;
  knownUntil: number;
  name: string;
  owner: Attribute;
  host: Attribute;
}

/** What runs tell of their job, as the latest that told it at all: a ping knows no owner and takes none away. */
interface Attribute {
  value: string | null;
  /** Start of the run that told it, epoch milliseconds. */
  toldAt: number | null;
}

/** So many different jobs are kept in mind; a file with more has a run id where the job should be. */
const MAX_JOBS = 20_000;

/**
 * Owner and host of a job are those that its latest run told, whatever the order of loading; the tie goes to the
 * later name, in the order of bytes.
 */
export function createJobWriter(client: PoolClient): JobWriter {
  let namespaces = new Map<string, Map<string, Told>>();
  let count = 0;
  let last: { namespace: string; jobs: Map<string, Told> } | null = null;
  const overflowing: { namespace: string; job: Told }[][] = [];

  function jobsOf(namespace: string): Map<string, Told> {
    if (last?.namespace === namespace) return last.jobs;
    let jobs = namespaces.get(namespace);
    if (jobs === undefined) {
      jobs = new Map();
      namespaces.set(namespace, jobs);
    }
    last = { namespace, jobs };
    return jobs;
  }

  const all = () =>
    [...namespaces].flatMap(([namespace, jobs]) => [...jobs.values()].map((job) => ({ namespace, job })));

  function setAside(): void {
    overflowing.push(all());
    namespaces = new Map();
    last = null;
    count = 0;
  }

  return {
    tell(run) {
      const jobs = jobsOf(run.namespace);
      const known = jobs.get(run.job);
      if (known !== undefined) {
        if (run.knownAt < known.knownSince) known.knownSince = run.knownAt;
        if (run.knownAt > known.knownUntil) known.knownUntil = run.knownAt;
        if (run.owner !== null) tellAttribute(known.owner, run.owner, run.startedAt);
        if (run.host !== null) tellAttribute(known.host, run.host, run.startedAt);
        return known;
      }
      const told: Told = {
        ...jobIdOf(run.namespace, run.job),
        name: run.job,
        knownSince: run.knownAt,
        knownUntil: run.knownAt,
        owner: { value: run.owner, toldAt: run.owner === null ? null : run.startedAt },
        host: { value: run.host, toldAt: run.host === null ? null : run.startedAt },
      };
      if (count === MAX_JOBS) setAside();
      jobsOf(run.namespace).set(run.job, told);
      count++;
      return told;
    },
    async end(hasNews) {
      setAside();
      for (const part of overflowing) {
        await upsertJobs(client, part);
        if (hasNews) await addNews(client, part);
      }
    },
  };
}

function tellAttribute(known: Attribute, value: string, toldAt: number): void {
  const isNewer = known.toldAt === null || toldAt > known.toldAt;
  if (isNewer || (toldAt === known.toldAt && isAfter(value, known.value!))) {
    known.value = value;
    known.toldAt = toldAt;
  }
}

const isAfter = (one: string, other: string): boolean =>
  one !== other && Buffer.compare(Buffer.from(one), Buffer.from(other)) > 0;

/** The first 52 bits of the md5 of both names. */
function jobIdOf(namespace: string, name: string): JobId {
  const hash = createHash('md5').update(`${namespace}\x1f${name}`).digest();
  return {
    idHigh: hash.readUIntBE(0, 3) >>> 4,
    idLow: ((hash.readUInt32BE(2) << 4) | (hash[6]! >>> 4)) >>> 0,
  };
}

async function upsertJobs(client: PoolClient, jobs: { namespace: string; job: Told }[]): Promise<void> {
  if (jobs.length === 0) return;
  await client.query(
    `insert into job as known (id, namespace, name, owner, owner_told_at, host, host_told_at)
     select job_id_of(namespace, name), namespace, name, owner, owner_told_at, host, host_told_at
     from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::timestamptz[])
       as told (namespace, name, owner, owner_told_at, host, host_told_at)
     order by 1
     on conflict (id) do update
       set (owner, owner_told_at) = (select * from ${later('owner')}),
         (host, host_told_at) = (select * from ${later('host')})
       where ${isNewer('owner')} or ${isNewer('host')}`,
    [
      jobs.map(({ namespace }) => namespace),
      jobs.map(({ job }) => job.name),
      jobs.map(({ job }) => job.owner.value),
      jobs.map(({ job }) => instantOf(job.owner)),
      jobs.map(({ job }) => job.host.value),
      jobs.map(({ job }) => instantOf(job.host)),
    ],
  );
}

/** What a rebuild tells is no news. */
async function addNews(client: PoolClient, jobs: { namespace: string; job: Told }[]): Promise<void> {
  if (jobs.length === 0) return;
  await client.query(
    `insert into job_news (job_id, known_since, known_until)
     select job_id_of(namespace, name), known_since, known_until
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
       as told (namespace, name, known_since, known_until)
     where current_schema() = 'public'`,
    [
      jobs.map(({ namespace }) => namespace),
      jobs.map(({ job }) => job.name),
      jobs.map(({ job }) => new Date(job.knownSince)),
      jobs.map(({ job }) => new Date(job.knownUntil)),
    ],
  );
}

const instantOf = ({ toldAt }: Attribute): Date | null => (toldAt === null ? null : new Date(toldAt));

const isNewer = (column: 'owner' | 'host'): string =>
  `(excluded.${column} is not null and (known.${column} is null or
    (excluded.${column}_told_at, excluded.${column} collate "C") > (known.${column}_told_at, known.${column} collate "C")))`;

const later = (column: 'owner' | 'host'): string =>
  `(select excluded.${column}, excluded.${column}_told_at where ${isNewer(column)}
    union all select known.${column}, known.${column}_told_at where not ${isNewer(column)})`;
