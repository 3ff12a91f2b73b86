import { STILL_LIMITS_MS } from '../../../models/detect/standstill.ts';
import { API_ERROR_SHARE, API_P95_S, FILE_LATE_S, MESSAGE_LATE_S } from '../alerting/limits.ts';
import type { DashboardContent } from '../build/dashboard.ts';
import { row } from '../build/grid.ts';
import type { Say } from '../build/language.ts';
import { inTemporal, toWorkflow } from '../build/links.ts';
import { METRICS } from '../build/metric-names.ts';
import { barGauge, coloured, linked, stat, table, timeSeries, wide } from '../build/panel.ts';
import { metric, overTime, rowsOf } from '../build/query.ts';
import { column, literal } from '../build/sql-words.ts';
import { lineAt, plain, worseFrom } from '../build/thresholds.ts';

/** Smart ETL itself: does every part move, does anything wait. */
export function system(say: Say): DashboardContent {
  const noScrape = say(
    'Prometheus has nothing of the API: is it running?',
    'Prometheus n’a rien reçu de l’API : tourne-t-elle ?',
  );
  const noLoads = say('Nothing was loaded in this time', 'Rien n’a été chargé sur cette période');
  const workflows = inTemporal(say('Workflows', 'Workflows'));
  const failing = inTemporal(say('Workflows that failed', 'Workflows en échec'), 'ExecutionStatus="Failed"');
  const oldest = say('oldest', 'le plus ancien');
  const waiting = say('waiting', 'en attente');
  const dead = say('given up', 'abandonnés');

  const beats = barGauge({
    title: say('Since each part last moved', 'Depuis le dernier signe de chaque partie'),
    description: say(
      `Queues are pulsed each minute where an outside watch is configured, detection looks every 15 s, collections every 30 s. A queue or detection stands still after ${STILL_LIMITS_MS.queue / 60_000} minutes, a collection after ${STILL_LIMITS_MS.collect / 60_000}.`,
      `Les files sont sondées chaque minute si une veille externe est configurée, la détection regarde toutes les 15 s, les collectes toutes les 30 s. Arrêt après ${STILL_LIMITS_MS.queue / 60_000} minutes pour une file ou la détection, ${STILL_LIMITS_MS.collect / 60_000} pour une collecte.`,
    ),
    noData: say(
      'No part has ever moved: is the worker running?',
      'Aucune partie n’a jamais bougé : le worker tourne-t-il ?',
    ),
    unit: 'dtdurations',
    min: 0,
    thresholds: worseFrom([STILL_LIMITS_MS.queue / 1000, 'yellow'], [STILL_LIMITS_MS.collect / 1000, 'red']),
    queries: [
      rowsOf(`
        select part as ${column(say('Part', 'Partie'))}, extract(epoch from clock_timestamp() - beat_at)::float8 as ${column(say('since', 'depuis'))}
        from heartbeat order by 2 desc, 1 limit 50`),
    ],
    links: [workflows],
  });

  const outbox = stat({
    title: say('Messages', 'Messages'),
    description: say(
      'Messages that could leave now and have not, the age of the oldest of them, and those given up in the last seven days. Held back ones (quiet hours, maintenance) are not counted.',
      'Messages qui pourraient partir et ne sont pas partis, l’âge du plus ancien, et ceux abandonnés depuis sept jours. Ceux retenus (heures calmes, maintenance) ne comptent pas.',
    ),
    noData: say('No message waits', 'Aucun message en attente'),
    unit: 'locale',
    field: '/.*/',
    queries: [
      rowsOf(`
        select count(*) filter (where state = 'pending') as ${column(waiting)},
          coalesce(extract(epoch from now() - min(created_at) filter (where state = 'pending')), 0)::float8 as ${column(oldest)},
          count(*) filter (where state = 'dead') as ${column(dead)}
        from notification
        where state = 'pending' and held_by is null or state = 'dead' and created_at > now() - interval '7 days'`),
    ],
    overrides: [
      {
        matcher: { id: 'byName', options: oldest },
        properties: [
          { id: 'unit', value: 'dtdurations' },
          { id: 'thresholds', value: worseFrom([MESSAGE_LATE_S, 'red']) },
        ],
      },
      {
        matcher: { id: 'byName', options: dead },
        properties: [{ id: 'thresholds', value: worseFrom([1, 'red']) }],
      },
    ],
  });

  const backlog = stat({
    title: say('Files', 'Fichiers'),
    description: say(
      'Files that are stored and not loaded yet, of sources that are not stopped, and the age of the oldest of them.',
      'Fichiers conservés et pas encore chargés, des sources non arrêtées, et l’âge du plus ancien.',
    ),
    noData: say('No file waits', 'Aucun fichier en attente'),
    unit: 'locale',
    field: '/.*/',
    queries: [
      rowsOf(`
        select count(*) as ${column(waiting)},
          coalesce(extract(epoch from now() - min(received_at)), 0)::float8 as ${column(oldest)}
        from file join source on source.name = file.source
        where state = 'stored' and source.paused_at is null`),
    ],
    overrides: [
      {
        matcher: { id: 'byName', options: oldest },
        properties: [
          { id: 'unit', value: 'dtdurations' },
          { id: 'thresholds', value: worseFrom([FILE_LATE_S, 'red']) },
        ],
      },
    ],
    links: [inTemporal(say('Loads in Temporal', 'Chargements dans Temporal'), 'WorkflowType="ingestFiles"')],
  });

  const loads = timeSeries({
    title: say('Rows loaded', 'Lignes chargées'),
    description: say(
      'Rows read from files by the time their load was committed.',
      'Lignes lues des fichiers, selon la fin de leur chargement.',
    ),
    noData: noLoads,
    unit: 'locale',
    draw: 'bars',
    stacked: true,
    interval: '5m',
    queries: [
      overTime(`
        select $__timeGroupAlias(loaded_at, $__interval), source as metric, sum(rows_in)::float8 as value
        from file where $__timeFilter(loaded_at) and state = 'loaded' group by 1, 2 order by 1, 2`),
    ],
  });

  const delay = timeSeries({
    title: say('From receipt to load', 'De la réception au chargement'),
    description: say(
      'Time from storing a file to its load being committed: half of the files, and 95 of 100, were quicker.',
      'Temps entre la conservation d’un fichier et la fin de son chargement : la moitié, et 95 sur 100, ont été plus rapides.',
    ),
    noData: noLoads,
    unit: 's',
    thresholds: lineAt([FILE_LATE_S, 'red']),
    interval: '5m',
    queries: [
      overTime(`
        select $__timeGroupAlias(loaded_at, $__interval),
          percentile_cont(0.5) within group (order by extract(epoch from loaded_at - received_at)) as ${column(say('median', 'médiane'))},
          percentile_cont(0.95) within group (order by extract(epoch from loaded_at - received_at)) as ${column(say('95th percentile', '95e centile'))}
        from file where $__timeFilter(loaded_at) and state = 'loaded' group by 1 order by 1`),
    ],
  });

  const sent = timeSeries({
    title: say('Messages sent', 'Messages envoyés'),
    description: say(
      'Messages that their receiver accepted, by channel.',
      'Messages acceptés par leur destinataire, par canal.',
    ),
    noData: say('No message was sent in this time', 'Aucun message envoyé sur cette période'),
    unit: 'locale',
    draw: 'bars',
    stacked: true,
    interval: '15m',
    queries: [
      overTime(`
        select $__timeGroupAlias(sent_at, $__interval), channel as metric, count(*) as value
        from notification where $__timeFilter(sent_at) and state = 'sent' group by 1, 2 order by 1, 2`),
    ],
  });

  const undelivered = table({
    title: say('Messages that do not get through', 'Messages qui ne passent pas'),
    description: say(
      'Messages given up, or that failed and are tried again, newest first.',
      'Messages abandonnés, ou en échec et réessayés, les plus récents d’abord.',
    ),
    noData: say('Every message got through', 'Tous les messages sont passés'),
    unit: 'locale',
    queries: [
      rowsOf(`
        select created_at as ${column(say('Written', 'Écrit'))}, channel as ${column(say('Channel', 'Canal'))}, kind as ${column(say('Kind', 'Type'))},
          case state when 'dead' then ${literal(dead)} else ${literal(say('tried again', 'réessayé'))} end as ${column(say('State', 'État'))},
          attempts as ${column(say('Tries', 'Essais'))}, left(last_error, 300) as ${column(say('Error', 'Erreur'))}
        from notification
        where state = 'dead' and $__timeFilter(created_at) or state = 'pending' and last_error is not null
        order by created_at desc limit 100`),
    ],
    overrides: [wide(say('Error', 'Erreur'), 380)],
  });

  const reruns = table({
    title: say('Re-runs', 'Relances'),
    description: say(
      'Re-runs that were asked for in the time shown, newest first.',
      'Relances demandées sur la période, les plus récentes d’abord.',
    ),
    noData: say('Nobody asked for a re-run in this time', 'Aucune relance demandée sur cette période'),
    unit: 'locale',
    queries: [
      rowsOf(`
        select asked_at as ${column(say('Asked', 'Demandée'))}, finished_at as ${column(say('Finished', 'Terminée'))}, who as ${column(say('By', 'Par'))},
          (select count(*) from rerun_victim where rerun_id = rerun.id) as ${column(say('Jobs', 'Traitements'))},
          (select count(*) from rerun_victim where rerun_id = rerun.id and outcome = 'succeeded') as ${column(say('succeeded', 'réussis'))},
          workflow_id as ${column('Workflow')}
        from rerun where $__timeFilter(asked_at) order by asked_at desc limit 50`),
    ],
    overrides: [linked('Workflow', toWorkflow(say))],
    links: [failing],
  });

  const size = barGauge({
    title: say('Largest tables', 'Plus grandes tables'),
    description: say(
      'Size on disk with indices; all months of runs and of samples together.',
      'Taille sur disque avec les index ; tous les mois d’exécutions et de mesures ensemble.',
    ),
    noData: say('No table', 'Aucune table'),
    unit: 'bytes',
    min: 0,
    thresholds: plain('blue'),
    queries: [
      rowsOf(`
        select coalesce(parent.relname, part.relname) as ${column('Table')}, sum(pg_total_relation_size(part.oid))::float8 as ${column(say('size', 'taille'))}
        from pg_class part left join pg_inherits on inhrelid = part.oid left join pg_class parent on parent.oid = inhparent
        where part.relkind = 'r' and part.relnamespace = 'public'::regnamespace
        group by 1 order by 2 desc limit 12`),
    ],
  });

  const answers = timeSeries({
    title: say('Answers of the API', 'Réponses de l’API'),
    description: say(
      'Answers a second by class of status, as Prometheus saw them.',
      'Réponses par seconde et par classe de statut, vues par Prometheus.',
    ),
    noData: noScrape,
    unit: 'reqps',
    stacked: true,
    queries: [
      metric(`sum by (status_class) (rate(${METRICS.requests}[$__rate_interval]))`, '{{status_class}}'),
    ],
  });

  const answerTime = timeSeries({
    title: say('Answer time of the API', 'Temps de réponse de l’API'),
    description: say(
      `Half of the answers, and 95 of 100, were quicker; ${API_P95_S * 1000} ms is what is promised. Errors may be ${API_ERROR_SHARE * 100} % of all.`,
      `La moitié des réponses, et 95 sur 100, ont été plus rapides ; ${API_P95_S * 1000} ms est la promesse. Les erreurs peuvent atteindre ${API_ERROR_SHARE * 100} %.`,
    ),
    noData: noScrape,
    unit: 's',
    thresholds: lineAt([API_P95_S, 'red']),
    queries: [
      metric(
        `histogram_quantile(0.5, sum by (le) (rate(${METRICS.latency}_bucket[$__rate_interval])))`,
        say('median', 'médiane'),
      ),
      metric(
        `histogram_quantile(0.95, sum by (le) (rate(${METRICS.latency}_bucket[$__rate_interval])))`,
        say('95th percentile', '95e centile'),
      ),
    ],
    overrides: [coloured(say('95th percentile', '95e centile'), 'orange')],
  });

  const connections = timeSeries({
    title: say('Connections', 'Connexions'),
    description: say(
      'Connections of the API to the database, and pages that listen for changes.',
      'Connexions de l’API à la base, et pages à l’écoute des changements.',
    ),
    noData: noScrape,
    unit: 'locale',
    queries: [
      metric(
        `sum by (state) (${METRICS.databaseConnections})`,
        say('database: {{state}}', 'base : {{state}}'),
      ),
      metric(`sum(${METRICS.streams})`, say('pages', 'pages')),
    ],
  });

  return {
    title: say('Smart ETL · The system itself', 'Smart ETL · Le système lui-même'),
    description: say(
      'Smart ETL itself: does every part move, does anything wait.',
      'Smart ETL lui-même : chaque partie bouge-t-elle, quelque chose attend-il.',
    ),
    from: 'now-6h',
    refresh: '30s',
    rows: [
      row(7, beats, outbox, backlog),
      row(8, loads, delay),
      row(8, sent, undelivered),
      row(8, reruns, size),
      row(8, answers, answerTime, connections),
    ],
  };
}
