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
  /** Writes every job that was told of. */
  end(): Promise<void>;
}

interface Told extends JobId {
  name: string;
  owner: string | null;
  host: string | null;
  startedAt: number;
}

/** So many different jobs are kept in mind; a file with more has a run id where the job should be. */
const MAX_JOBS = 20_000;

/**
 * Owner and host of a job are those of its latest run, whatever the order of loading; the tie goes to the later
 * name, in the order of bytes.
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
        if (run.startedAt > known.startedAt || (run.startedAt === known.startedAt && isLater(run, known))) {
          known.startedAt = run.startedAt;
          known.owner = run.owner;
          known.host = run.host;
        }
        return known;
      }
      const told: Told = {
        ...jobIdOf(run.namespace, run.job),
        name: run.job,
        owner: run.owner,
        host: run.host,
        startedAt: run.startedAt,
      };
      if (count === MAX_JOBS) setAside();
      jobsOf(run.namespace).set(run.job, told);
      count++;
      return told;
    },
    async end() {
      setAside();
      for (const part of overflowing) await upsertJobs(client, part);
    },
  };
}

function isLater(run: RunRecord, known: Told): boolean {
  const byOwner = Buffer.compare(Buffer.from(run.owner ?? ''), Buffer.from(known.owner ?? ''));
  return (
    byOwner > 0 ||
    (byOwner === 0 && Buffer.compare(Buffer.from(run.host ?? ''), Buffer.from(known.host ?? '')) > 0)
  );
}

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
    `insert into job (id, namespace, name, owner, host, described_at)
     select job_id_of(namespace, name), namespace, name, owner, host, started_at
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
       as told (namespace, name, owner, host, started_at)
     order by 1
     on conflict (id) do update
       set owner = excluded.owner, host = excluded.host, described_at = excluded.described_at
       where (excluded.described_at, coalesce(excluded.owner, '') collate "C", coalesce(excluded.host, '') collate "C")
           > (job.described_at, coalesce(job.owner, '') collate "C", coalesce(job.host, '') collate "C")`,
    [
      jobs.map(({ namespace }) => namespace),
      jobs.map(({ job }) => job.name),
      jobs.map(({ job }) => job.owner),
      jobs.map(({ job }) => job.host),
      jobs.map(({ job }) => new Date(job.startedAt)),
    ],
  );
}
