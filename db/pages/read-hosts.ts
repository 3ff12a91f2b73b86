import { listSampledHosts } from '../detect/read-host-facts.ts';
import { earlier } from '../earlier.ts';
import type { Queryable } from '../pool.ts';

export interface HostRow {
  host: string;
  jobs: number;
  openFindings: number;
  /** The last sample of each metric of the two weeks before. */
  metrics: { metric: string; at: string; value: number }[];
}

const MOST_HOSTS = 500;
const MOST_METRICS = 50;
const SAMPLED = '14 days';

/** SQL: the metrics of a server in the two weeks before `asOf`, from one to the next on the key of the samples. */
const sampledMetrics = (host: string, asOf: string) => `with recursive sampled as (
    (select metric, 1 as n from metric_sample where host = ${host} and ts <= ${asOf}
       and ts > ${earlier(asOf, SAMPLED)} order by metric limit 1)
    union all
    select (select sample.metric from metric_sample sample where sample.host = ${host} and sample.metric > sampled.metric
       and ts <= ${asOf} and ts > ${earlier(asOf, SAMPLED)}
       order by sample.metric limit 1), n + 1
    from sampled where sampled.metric is not null and n < ${MOST_METRICS})
  select metric from sampled where metric is not null`;

/** Every server that jobs run on or that is sampled, by name. */
export async function readHosts(client: Queryable, asOf: Date): Promise<HostRow[]> {
  const sampled = await listSampledHosts(client, asOf);
  const { rows } = await client.query<HostRow>(
    `with known as (
       select host from (select unnest($2::text[]) as host union select host from job where host is not null) as named
       order by host limit ${MOST_HOSTS})
     select known.host, (select count(*)::int from job where job.host = known.host) as jobs,
       (select count(*)::int from finding where finding.host = known.host and ended_at is null) as "openFindings",
       (select coalesce(jsonb_agg(jsonb_build_object('metric', sampled.metric,
            'at', to_char(last.ts at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'value', last.value)
            order by sampled.metric), '[]')
        from (${sampledMetrics('known.host', '$1')}) as sampled
          cross join lateral (
            select ts, value from metric_sample sample
            where sample.host = known.host and sample.metric = sampled.metric and ts <= $1
              and ts > ${earlier('$1', SAMPLED)}
            order by ts desc limit 1) as last) as metrics
     from known order by known.host`,
    [asOf, sampled],
  );
  return rows;
}

/** What a metric was in a stretch of time. */
export interface MetricStretch {
  metric: string;
  at: Date;
  min: number;
  max: number;
  mean: number;
}

/** A server's metrics in stretches of `stepMs`; empty ones are left out. */
export async function readHostMetrics(
  client: Queryable,
  asked: { host: string; from: Date; to: Date; stepMs: number; metric?: string | undefined },
): Promise<MetricStretch[]> {
  const { host, from, to, stepMs, metric } = asked;
  const { rows } = await client.query<MetricStretch>(
    `with named as (
       select metric from (${sampledMetrics('$1', '$3')}) as listed where $5::text is null
       union select $5 where $5 is not null)
     select stretch.* from named cross join lateral (
       select sample.metric, date_bin(make_interval(secs => $4::float8 / 1000), ts, $2) as at,
         min(value) as min, max(value) as max, avg(value) as mean
       from metric_sample sample where sample.host = $1 and sample.metric = named.metric and ts >= $2 and ts < $3
       group by 1, 2) as stretch
     order by metric, at`,
    [host, from, to, stepMs, metric ?? null],
  );
  return rows;
}
