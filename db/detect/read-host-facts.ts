import type { HostFacts, HostRun, MetricFacts } from '../../models/detect/hosts/host-facts.ts';
import { earlier } from '../earlier.ts';
import { COLLECTED_BY_SOURCE, knownAt } from '../known-at.ts';
import type { Queryable } from '../pool.ts';

/** A metric is learned from so many days, and at most from so many samples: two weeks of four a minute. */
const LEARNED = '14 days';
const MOST_SAMPLES = 80_640;
const MOST_METRICS = 200;
const MOST_RUNS = 1_000;
/** A run that began longer ago puts no load on anything that is told of now. */
const RUNS_OF = '3 days';

const epochMs = (instant: string) => `(extract(epoch from ${instant}) * 1000)::float8`;

/**
 * Servers that were sampled in the two weeks before `asOf`, or are watched and told something then; by name.
 *
 * Goes from server to server on the key of the samples, whatever their number.
 */
export async function listSampledHosts(client: Queryable, asOf: Date): Promise<string[]> {
  const { rows } = await client.query<{ host: string }>(
    `with recursive sampled as (
       (select host from metric_sample where ts > ${earlier('$1', LEARNED)} and ts <= $1
        order by host limit 1)
       union all
       select (select sample.host from metric_sample sample
               where sample.host > sampled.host and ts > ${earlier('$1', LEARNED)} and ts <= $1
               order by sample.host limit 1)
       from sampled where sampled.host is not null)
     select host from sampled where host is not null
     union select host from host_watch where through > ${earlier('$1', LEARNED)} and through <= $1
     order by host`,
    [asOf],
  );
  return rows.map(({ host }) => host);
}

/** What the rules of a server look at, as known at `asOf`: its watches, the samples since, and the runs on it. */
export async function readHostFacts(
  client: Queryable,
  host: string,
  asOf: Date,
  time: 'wall' | 'data',
): Promise<HostFacts> {
  return {
    host,
    metrics: await readMetrics(client, host, asOf, time),
    runs: await readRuns(client, host, asOf),
  };
}

async function readMetrics(
  client: Queryable,
  host: string,
  asOf: Date,
  time: 'wall' | 'data',
): Promise<MetricFacts[]> {
  const { rows } = await client.query<MetricFacts>(
    `with recursive ${COLLECTED_BY_SOURCE}, sampled as (
       (select metric from metric_sample where host = $1 and ts > ${earlier('$2', LEARNED)}
          and ts <= $2 order by metric limit 1)
       union all
       select (select sample.metric from metric_sample sample where sample.host = $1 and sample.metric > sampled.metric
                 and ts > ${earlier('$2', LEARNED)} and ts <= $2 order by sample.metric limit 1)
       from sampled where sampled.metric is not null),
     watched as (
       select metric from sampled where metric is not null
       union select metric from host_watch where host = $1
       order by metric limit $5)
     select watched.metric, case when host_watch.through <= $2 then host_watch.watch end as watch,
       coalesce(array_agg(${epochMs('known.ts')} order by known.ts) filter (where known.ts is not null), '{}') as ts,
       coalesce(array_agg(${epochMs('known.known_at')} order by known.ts) filter (where known.ts is not null), '{}')
         as "knownAtMs",
       coalesce(array_agg(known.value order by known.ts) filter (where known.ts is not null), '{}') as value
     from watched left join host_watch on host_watch.host = $1 and host_watch.metric = watched.metric
       left join lateral (
         select * from (
           select ts, value, ${knownAt('ts', '$3')} as known_at
           from metric_sample sample left join file on file.id = sample.file_id
             left join collected on collected.source = file.source
           where sample.host = $1 and sample.metric = watched.metric and ts <= $2
             and ts > greatest(${earlier('$2', LEARNED)},
               case when host_watch.through <= $2 then host_watch.through end)
           order by ts desc limit $4) as newest
         where known_at <= $2) as known on true
     group by watched.metric, host_watch.through, host_watch.watch order by watched.metric`,
    [host, asOf, time, MOST_SAMPLES, MOST_METRICS],
  );
  return rows;
}

/** Runs under way on the server in the last day, each in its newest state known then; of many the latest. */
async function readRuns(client: Queryable, host: string, asOf: Date): Promise<HostRun[]> {
  const { rows } = await client.query<HostRun>(
    `with known as (
       select distinct on (run.job_id, run.run_key) run.*
       from run where started_at > ${earlier('$2', RUNS_OF)} and started_at <= $2 and known_at <= $2
       order by run.job_id, run.run_key, known_at desc, (status = 'running'), digest)
     select * from (
       select job_id as "jobId", job.namespace, job.name as job, run_key as "runKey",
         ${epochMs('started_at')} as "startedAtMs", ${epochMs('ended_at')} as "endedAtMs"
       from known join job on job.id = job_id
       where coalesce(known.host, job.host) = $1
         and (status = 'running' or ended_at > ${earlier('$2', '1 day')})
       order by started_at desc, run_key limit $3) as latest
     order by "startedAtMs", "runKey"`,
    [host, asOf, MOST_RUNS],
  );
  return rows;
}

/** Keeps what was learned. Belongs in the transaction that keeps what was found by it. */
export async function saveHostWatches(client: Queryable, { host, metrics }: HostFacts): Promise<void> {
  const learned = metrics.filter(({ watch }) => watch !== null && watch.seen > 0);
  await client.query(
    `insert into host_watch as known (host, metric, through, watch)
     select $1, * from unnest($2::text[], $3::timestamptz[], $4::jsonb[])
     on conflict (host, metric) do update set through = excluded.through, watch = excluded.watch
       where known.through <= excluded.through and known.watch is distinct from excluded.watch`,
    [
      host,
      learned.map(({ metric }) => metric),
      learned.map(({ watch }) => new Date(watch!.lastMs)),
      learned.map(({ watch }) => JSON.stringify(watch)),
    ],
  );
}
