import { type DashboardContent, dashboardUrl } from '../build/dashboard.ts';
import { row } from '../build/grid.ts';
import type { Language, Say } from '../build/language.ts';
import { latestRuns } from '../build/latest-runs.ts';
import { onPage, toIncident, toIncidentWorkflow, toJob } from '../build/links.ts';
import { barGauge, coloured, inUnit, linked, stat, table, timeSeries, wide } from '../build/panel.ts';
import { overTime, rowsOf } from '../build/query.ts';
import { column, worded } from '../build/sql-words.ts';
import { plain, worseFrom } from '../build/thresholds.ts';
import {
  findingWords,
  incidentStateWords,
  OUTCOME_COLOURS,
  outcomeWords,
  STATUS_COLOURS,
  severityWords,
  statusWords,
} from '../build/words.ts';

/** Every job at once: how the last day went. */
export function estate(say: Say, language: Language): DashboardContent {
  const status = statusWords(say);
  const outcome = outcomeWords(say);
  const severity = severityWords(say);
  const noRuns = say('No run started in this time', 'Aucune exécution n’a commencé sur cette période');
  const job = say('Job', 'Traitement');
  const number = say('No.', 'Nº');
  const jobLink = toJob(say, dashboardUrl('job', language), number);

  const glance = stat({
    title: say('Runs', 'Exécutions'),
    description: say(
      'Runs that started in the time shown, by their newest known state. The share counts runs that ended.',
      'Exécutions commencées sur la période, selon leur dernier état connu. La part porte sur les exécutions terminées.',
    ),
    noData: noRuns,
    unit: 'locale',
    field: '/.*/',
    queries: [
      rowsOf(`
        select count(*) as ${column(say('Runs', 'Exécutions'))},
          count(*) filter (where status = 'failed') as ${column(status.failed)},
          count(*) filter (where status = 'failed')::float8
            / nullif(count(*) filter (where status in ('succeeded', 'failed')), 0) as ${column(say('share failed', 'part en échec'))},
          count(*) filter (where status = 'running') as ${column(status.running)}
        from (${latestRuns('run.status')}) as latest`),
    ],
    overrides: [
      coloured(status.failed, 'red'),
      inUnit(say('share failed', 'part en échec'), 'percentunit', 1),
      coloured(status.running, 'blue'),
    ],
    links: [onPage('Smart ETL', '/')],
  });

  const openIncidents = stat({
    title: say('Open incidents', 'Incidents ouverts'),
    description: say(
      'Incidents that are not over now, whatever the time shown, by severity.',
      'Incidents non terminés à cet instant, quelle que soit la période, par gravité.',
    ),
    noData: say('No open incident', 'Aucun incident ouvert'),
    unit: 'locale',
    field: '/.*/',
    thresholds: worseFrom([1, 'orange']),
    queries: [
      rowsOf(`
        select ${(['critical', 'major', 'minor', 'warning'] as const)
          .map((name) => `count(*) filter (where severity = '${name}') as ${column(severity[name])}`)
          .join(', ')}
        from incident where state <> 'resolved'`),
    ],
    links: [onPage(say('Incidents', 'Incidents'), '/incidents')],
  });

  const byStatus = timeSeries({
    title: say('Runs by state', 'Exécutions par état'),
    description: say(
      'Runs by the time they started and their newest known state.',
      'Exécutions selon leur heure de début et leur dernier état connu.',
    ),
    noData: noRuns,
    unit: 'locale',
    draw: 'bars',
    stacked: true,
    interval: '15m',
    queries: [
      overTime(`
        select $__timeGroupAlias(started_at, $__interval), ${worded('status', status)} as metric, count(*) as value
        from (${latestRuns('run.started_at, run.status')}) as latest
        group by 1, 2 order by 1, 2`),
    ],
    overrides: Object.entries(status).map(([key, name]) =>
      coloured(name, STATUS_COLOURS[key as keyof typeof STATUS_COLOURS]),
    ),
  });

  const slots = timeSeries({
    title: say('Slots by outcome', 'Créneaux par issue'),
    description: say(
      'Slots in which a run was due, by the time it was due. Late: it came after its deadline. Missing: it did not come. Open slots are not shown.',
      'Créneaux où une exécution était attendue, selon l’heure prévue. En retard : arrivée après l’échéance. Manqué : jamais arrivée. Les créneaux ouverts ne sont pas montrés.',
    ),
    noData: say('No slot ended in this time', 'Aucun créneau terminé sur cette période'),
    unit: 'locale',
    draw: 'bars',
    stacked: true,
    interval: '15m',
    queries: [
      overTime(`
        select $__timeGroupAlias(slot.due, $__interval), ${worded('slot.outcome', outcome)} as metric, count(*) as value
        from expectation slot
        where $__timeFilter(slot.due) and slot.outcome is not null
        group by 1, 2 order by 1, 2`),
    ],
    overrides: Object.entries(outcome).map(([key, name]) =>
      coloured(name, OUTCOME_COLOURS[key as keyof typeof OUTCOME_COLOURS]),
    ),
    links: [onPage(say('The night', 'La nuit'), '/timeline')],
  });

  const failing = table({
    title: say('Jobs that failed', 'Traitements en échec'),
    description: say(
      'Jobs with failed runs in the time shown, most failures first, with the error of the last one.',
      'Traitements ayant échoué sur la période, les plus fréquents d’abord, avec la dernière erreur.',
    ),
    noData: say('No run failed in this time', 'Aucun échec sur cette période'),
    unit: 'locale',
    queries: [
      rowsOf(`
        with failed as (${latestRuns('run.job_id, run.started_at, run.error', "run.status = 'failed'")}),
        counted as (
          select job_id, count(*) as failures, max(started_at) as last_at,
            (array_agg(left(error, 200) order by started_at desc))[1] as error
          from failed group by job_id order by failures desc, last_at desc limit 50)
        select job.name as ${column(job)}, failures as ${column(say('Failures', 'Échecs'))},
          last_at as ${column(say('Last', 'Dernier'))}, job.owner as ${column(say('Owner', 'Responsable'))},
          job.host as ${column(say('Server', 'Serveur'))}, error as ${column(say('Last error', 'Dernière erreur'))},
          job.id::text as ${column(number)}
        from counted join job on job.id = counted.job_id
        order by failures desc, last_at desc`),
    ],
    overrides: [
      linked(job, jobLink),
      wide(job, 220),
      wide(say('Failures', 'Échecs'), 80),
      inUnit(say('Last', 'Dernier'), 'dateTimeFromNow'),
    ],
  });

  const incidents = table({
    title: say('Incidents that are not over', 'Incidents non terminés'),
    description: say(
      'One line a cause, the worst first. The number leads to the incident on the page, the state to its workflow.',
      'Une ligne par cause, les plus graves d’abord. Le numéro mène à l’incident sur la page, l’état à son workflow.',
    ),
    noData: say('No open incident', 'Aucun incident ouvert'),
    unit: 'locale',
    queries: [
      rowsOf(`
        select incident.id::text as ${column(number)}, ${worded('severity', severity)} as ${column(say('Severity', 'Gravité'))},
          opened_at as ${column(say('Since', 'Depuis'))}, ${worded('state', incidentStateWords(say))} as ${column(say('State', 'État'))},
          about.kinds as ${column(say('What', 'Quoi'))}, about.names as ${column(say('About', 'Concerne'))}
        from incident cross join lateral (
          select string_agg(distinct ${worded('kind', findingWords(say))}, ', ') as kinds,
            left(string_agg(distinct coalesce(job.name, finding.host, finding.source), ', '), 200) as names
          from finding left join job on job.id = finding.job_id
          where finding.incident_id = incident.id and finding.role <> 'consequence') as about
        where state <> 'resolved'
        order by array_position('{critical,major,minor,warning}', severity), opened_at desc limit 100`),
    ],
    overrides: [
      linked(number, toIncident(say)),
      linked(say('State', 'État'), toIncidentWorkflow(say, number)),
      wide(number, 70),
      inUnit(say('Since', 'Depuis'), 'dateTimeFromNow'),
    ],
  });

  const byHost = barGauge({
    title: say('Failures by server', 'Échecs par serveur'),
    description: say(
      'Failed runs by the server they ran on; where a run tells none, the server of its job.',
      'Exécutions en échec selon leur serveur ; à défaut, le serveur de leur traitement.',
    ),
    noData: say('No run failed in this time', 'Aucun échec sur cette période'),
    unit: 'locale',
    min: 0,
    thresholds: plain('red'),
    queries: [
      rowsOf(`
        select coalesce(failed.host, job.host, '–') as ${column(say('Server', 'Serveur'))}, count(*) as ${column(status.failed)}
        from (${latestRuns('run.job_id, run.host', "run.status = 'failed'")}) as failed
        join job on job.id = failed.job_id
        group by 1 order by 2 desc, 1 limit 20`),
    ],
    links: [
      { title: say('Servers', 'Serveurs'), url: `${dashboardUrl('hosts', language)}?\${__url_time_range}` },
    ],
  });

  const rowsWritten = timeSeries({
    title: say('Rows written', 'Lignes écrites'),
    description: say(
      'Rows that succeeded runs say they wrote, by the time they started.',
      'Lignes que les exécutions réussies disent avoir écrites, selon leur heure de début.',
    ),
    noData: say(
      'No run tells of rows in this time',
      'Aucune exécution n’indique de lignes sur cette période',
    ),
    unit: 'locale',
    draw: 'bars',
    interval: '15m',
    queries: [
      overTime(`
        select $__timeGroupAlias(started_at, $__interval), sum(rows_written) as ${column(say('rows', 'lignes'))}
        from (${latestRuns('run.started_at, run.rows_written', "run.status = 'succeeded' and run.rows_written is not null")}) as latest
        group by 1 order by 1`),
    ],
  });

  return {
    title: say('Smart ETL · Estate', 'Smart ETL · Parc'),
    description: say(
      'Every job at once: how the last day went.',
      'Tous les traitements : comment s’est passée la journée.',
    ),
    from: 'now-24h',
    refresh: '1m',
    rows: [
      row(5, glance, openIncidents),
      row(8, byStatus, slots),
      row(10, failing, incidents),
      row(8, byHost, rowsWritten),
    ],
  };
}
