import { LIMITS } from '../../../models/detect/hosts/metric-rules.ts';
import type { DashboardContent } from '../build/dashboard.ts';
import { row } from '../build/grid.ts';
import type { Say } from '../build/language.ts';
import { latestRuns } from '../build/latest-runs.ts';
import { onPage, toIncident } from '../build/links.ts';
import { barGauge, inUnit, linked, type Panel, table, timeSeries } from '../build/panel.ts';
import { overTime, rowsOf } from '../build/query.ts';
import { column, worded } from '../build/sql-words.ts';
import { lineAt, plain, worseFrom } from '../build/thresholds.ts';
import { choice } from '../build/variable.ts';
import { findingWords, severityWords } from '../build/words.ts';

const HOSTS = `\${host:sqlstring}`;
const METRICS = `\${metric:sqlstring}`;

/** Servers: what they are busy with, and which jobs keep them so. */
export function hosts(say: Say): DashboardContent {
  const noSamples = say('No sample of this in this time', 'Aucune mesure sur cette période');
  const number = say('No.', 'Nº');

  /** The highest sample of each step: an average hides what a job waited for. */
  const level = (title: string, metric: string, { limit, over }: { limit: number; over: number }): Panel =>
    timeSeries({
      title,
      description: say(
        `Highest value of each step, metric ${metric}. Detection tells of a server from ${limit} % on, and takes it for over below ${over} %.`,
        `Valeur la plus haute de chaque pas, mesure ${metric}. La détection signale un serveur dès ${limit} %, et le tient pour rétabli sous ${over} %.`,
      ),
      noData: noSamples,
      unit: 'percent',
      min: 0,
      max: 100,
      thresholds: lineAt([over, 'yellow'], [limit, 'red']),
      interval: '5m',
      queries: [
        overTime(`
          select $__timeGroupAlias(ts, $__interval), host as metric, max(value) as value
          from metric_sample
          where host in (${HOSTS}) and metric = '${metric}' and $__timeFilter(ts)
          group by 1, 2 order by 1, 2`),
      ],
    });

  const other = timeSeries({
    title: say('Other metrics', 'Autres mesures'),
    description: say(
      'Average of each step of the metrics chosen above.',
      'Moyenne par pas des mesures choisies plus haut.',
    ),
    noData: noSamples,
    unit: 'short',
    interval: '5m',
    queries: [
      overTime(`
        select $__timeGroupAlias(ts, $__interval), host || ' · ' || metric as metric, avg(value) as value
        from metric_sample
        where host in (${HOSTS}) and metric in (${METRICS}) and $__timeFilter(ts)
        group by 1, 2 order by 1, 2`),
    ],
  });

  const newest = barGauge({
    title: say('Fullest disks', 'Disques les plus pleins'),
    description: say(
      'Newest sample of disk_used_percent of each server in the time shown.',
      'Dernière mesure de disk_used_percent de chaque serveur sur la période.',
    ),
    noData: noSamples,
    unit: 'percent',
    min: 0,
    max: 100,
    thresholds: worseFrom([LIMITS.disk.over, 'yellow'], [LIMITS.disk.limit, 'red']),
    queries: [
      rowsOf(`
        select host as ${column(say('Server', 'Serveur'))}, sample.value as ${column(say('used', 'occupé'))}
        from unnest(array[${HOSTS}]) as server (host) cross join lateral (
          select value from metric_sample
          where metric_sample.host = server.host and metric = 'disk_used_percent' and $__timeFilter(ts)
          order by ts desc limit 1) as sample
        order by 2 desc limit 20`),
    ],
  });

  const underWay = timeSeries({
    title: say('Runs under way', 'Exécutions en cours'),
    description: say(
      'Run time that began in each step over its length: how many runs were under way at once, on average.',
      'Durée d’exécution commencée à chaque pas, rapportée à sa longueur : nombre moyen d’exécutions simultanées.',
    ),
    noData: say(
      'No run on these servers in this time',
      'Aucune exécution sur ces serveurs sur cette période',
    ),
    unit: 'short',
    decimals: 1,
    stacked: true,
    interval: '15m',
    queries: [
      overTime(`
        select $__timeGroupAlias(started_at, $__interval), host as metric,
          sum(duration_ms)::float8 / $__interval_ms as value
        from (${latestRuns('run.started_at, coalesce(run.host, job.host) as host, run.duration_ms', 'run.duration_ms is not null', true)}) as latest
        where host in (${HOSTS})
        group by 1, 2 order by 1, 2`),
    ],
  });

  const heaviest = table({
    title: say('Jobs by run time', 'Traitements par durée'),
    description: say(
      'Jobs that ran longest on these servers in the time shown, all runs together.',
      'Traitements ayant tourné le plus longtemps sur ces serveurs sur la période, toutes exécutions confondues.',
    ),
    noData: say(
      'No run on these servers in this time',
      'Aucune exécution sur ces serveurs sur cette période',
    ),
    unit: 'locale',
    queries: [
      rowsOf(`
        select job.name as ${column(say('Job', 'Traitement'))}, coalesce(latest.host, job.host) as ${column(say('Server', 'Serveur'))},
          sum(duration_ms) as ${column(say('Run time', 'Durée'))}, count(*) as ${column(say('Runs', 'Exécutions'))}
        from (${latestRuns('run.job_id, run.host, run.duration_ms', 'run.duration_ms is not null')}) as latest
        join job on job.id = latest.job_id
        where coalesce(latest.host, job.host) in (${HOSTS})
        group by 1, 2 order by 3 desc limit 50`),
    ],
    overrides: [inUnit(say('Run time', 'Durée'), 'dtdurationms')],
  });

  const findings = table({
    title: say('What was found of servers', 'Ce qui a été trouvé des serveurs'),
    description: say(
      'Findings of the time shown that are about these servers, newest first.',
      'Constats de la période sur ces serveurs, les plus récents d’abord.',
    ),
    noData: say('Nothing was found of these servers', 'Rien à signaler sur ces serveurs'),
    unit: 'locale',
    queries: [
      rowsOf(`
        select finding.host as ${column(say('Server', 'Serveur'))}, coalesce(variant, ${worded('kind', findingWords(say))}) as ${column(say('What', 'Quoi'))},
          since as ${column(say('Since', 'Depuis'))}, ended_at as ${column(say('Until', 'Jusqu’à'))},
          (evidence ->> 'observed')::float8 as ${column(say('Observed', 'Observé'))}, (evidence ->> 'limit')::float8 as ${column(say('Limit', 'Limite'))},
          ${worded('incident.severity', severityWords(say))} as ${column(say('Severity', 'Gravité'))}, incident.id::text as ${column(number)}
        from finding join incident on incident.id = finding.incident_id
        where finding.host in (${HOSTS}) and since <= $__timeTo()::timestamptz
          and coalesce(ended_at, $__timeTo()::timestamptz) >= $__timeFrom()::timestamptz
        order by since desc limit 100`),
    ],
    overrides: [
      linked(number, toIncident(say)),
      inUnit(say('Observed', 'Observé'), 'short', 1),
      inUnit(say('Limit', 'Limite'), 'short', 1),
    ],
    thresholds: plain(),
    links: [onPage(say('The night, server by server', 'La nuit, serveur par serveur'), '/timeline')],
  });

  return {
    title: say('Smart ETL · Servers', 'Smart ETL · Serveurs'),
    description: say(
      'Servers: how busy they are, and which jobs keep them so.',
      'Serveurs : leur charge, et les traitements qui la causent.',
    ),
    from: 'now-24h',
    refresh: '1m',
    variables: [
      choice({
        name: 'host',
        label: say('Server', 'Serveur'),
        description: say(
          'Servers that are watched or that a job runs on',
          'Serveurs surveillés ou utilisés par un traitement',
        ),
        several: true,
        sql: `select host from host_watch union select host from job where host is not null order by 1 limit 1000`,
      }),
      choice({
        name: 'metric',
        label: say('Other metrics', 'Autres mesures'),
        description: say('Metrics that some server tells', 'Mesures fournies par un serveur'),
        several: true,
        sql: `select distinct metric from host_watch order by 1 limit 1000`,
      }),
    ],
    rows: [
      row(
        8,
        level(say('Processor', 'Processeur'), 'cpu_percent', LIMITS.cpu),
        level(say('Memory', 'Mémoire'), 'memory_percent', LIMITS.memory),
      ),
      row(
        8,
        level(say('Disk', 'Disque'), 'disk_used_percent', LIMITS.disk),
        level(say('Waiting for disks', 'Attente des disques'), 'io_wait_percent', LIMITS.io),
      ),
      row(8, underWay, newest),
      row(9, heaviest, findings),
      row(8, other),
    ],
  };
}
