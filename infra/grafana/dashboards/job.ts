import type { DashboardContent } from '../build/dashboard.ts';
import { row } from '../build/grid.ts';
import type { Language, Say } from '../build/language.ts';
import { latestRuns } from '../build/latest-runs.ts';
import { onPage, toIncident, toIncidentWorkflow } from '../build/links.ts';
import { barChart, coloured, inUnit, linked, stat, table, timeSeries, wide } from '../build/panel.ts';
import { overTime, rowsOf } from '../build/query.ts';
import { column, worded } from '../build/sql-words.ts';
import { worseFrom } from '../build/thresholds.ts';
import { choice } from '../build/variable.ts';
import {
  findingWords,
  incidentStateWords,
  OUTCOME_COLOURS,
  outcomeWords,
  STATUS_COLOURS,
  severityWords,
  statusWords,
} from '../build/words.ts';

/** The job that is chosen, as SQL; a quoted number, so that nothing else can get in. */
const JOB = `\${job:sqlstring}`;
/** The newest forecast of all, which may not cover the job. */
const NEWEST = `cutoff = (select max(cutoff) from forecast_cutoff)`;

/** One job: its runs, its failures, what is forecast of it and why. */
export function job(say: Say, language: Language): DashboardContent {
  const status = statusWords(say);
  const outcome = outcomeWords(say);
  const noRuns = say('This job did not run in this time', 'Ce traitement n’a pas tourné sur cette période');
  const noForecast = say(
    'The newest forecast does not cover this job',
    'La dernière prévision ne couvre pas ce traitement',
  );
  const number = say('No.', 'Nº');
  const ofJob = `run.job_id = ${JOB}`;
  const pageOfJob = onPage(say('On the page', 'Sur la page'), `/jobs/\${job:raw}`);
  const failedShare = say('share failed', 'part en échec');
  const median = say('median', 'médiane');
  const slowest = say('95th percentile', '95e centile');
  const lastGood = say('last success', 'dernier succès');

  const glance = stat({
    title: say('Runs of this job', 'Exécutions du traitement'),
    description: say(
      'Runs that started in the time shown. Run times are those of succeeded runs.',
      'Exécutions commencées sur la période. Les durées sont celles des exécutions réussies.',
    ),
    noData: noRuns,
    unit: 'locale',
    field: '/.*/',
    queries: [
      rowsOf(`
        select count(*) as ${column(say('runs', 'exécutions'))},
          count(*) filter (where status = 'failed') as ${column(status.failed)},
          count(*) filter (where status = 'failed')::float8
            / nullif(count(*) filter (where status in ('succeeded', 'failed')), 0) as ${column(failedShare)},
          percentile_cont(0.5) within group (order by duration_ms) filter (where status = 'succeeded') as ${column(median)},
          percentile_cont(0.95) within group (order by duration_ms) filter (where status = 'succeeded') as ${column(slowest)},
          max(started_at) filter (where status = 'succeeded') as ${column(lastGood)}
        from (${latestRuns('run.status, run.duration_ms, run.started_at', ofJob)}) as latest`),
    ],
    overrides: [
      coloured(status.failed, 'red'),
      inUnit(failedShare, 'percentunit', 1),
      inUnit(median, 'ms'),
      inUnit(slowest, 'ms'),
      inUnit(lastGood, 'dateTimeFromNow'),
    ],
    links: [pageOfJob],
  });

  const risk = stat({
    title: say('Forecast of the week', 'Prévision de la semaine'),
    description: say(
      'Probability that at least one run fails in the seven days after the newest forecast, with its bounds and its place on the watch-list.',
      'Probabilité qu’au moins une exécution échoue dans les sept jours suivant la dernière prévision, avec ses bornes et son rang.',
    ),
    noData: noForecast,
    unit: 'percentunit',
    field: '/.*/',
    queries: [
      rowsOf(`
        select probability as ${column(say('fails', 'échoue'))}, probability_low as ${column(say('at least', 'au moins'))},
          probability_high as ${column(say('at most', 'au plus'))}, rank as ${column(say('place', 'rang'))}
        from forecast_week where ${NEWEST} and job_id = ${JOB}`),
    ],
    thresholds: worseFrom([0.2, 'yellow'], [0.5, 'red']),
    overrides: [inUnit(say('place', 'rang'), 'locale')],
    links: [onPage(say('The week ahead', 'La semaine à venir'), '/week')],
  });

  const durations = timeSeries({
    title: say('Run times', 'Durées'),
    description: say(
      'One point a run, by the time it started.',
      'Un point par exécution, selon son heure de début.',
    ),
    noData: noRuns,
    unit: 'ms',
    draw: 'points',
    queries: [
      overTime(`
        select started_at as time, ${worded('status', status)} as metric, duration_ms as value
        from (${latestRuns('run.started_at, run.status, run.duration_ms', `${ofJob} and run.duration_ms is not null`)}) as latest
        order by 1 limit 20000`),
    ],
    overrides: Object.entries(status).map(([key, name]) =>
      coloured(name, STATUS_COLOURS[key as keyof typeof STATUS_COLOURS]),
    ),
    links: [pageOfJob],
  });

  const volumes = timeSeries({
    title: say('Rows read and written', 'Lignes lues et écrites'),
    description: say('As the runs tell them.', 'Telles que les exécutions les indiquent.'),
    noData: say(
      'Its runs tell of no rows in this time',
      'Ses exécutions n’indiquent pas de lignes sur cette période',
    ),
    unit: 'locale',
    queries: [
      overTime(`
        select started_at as time, rows_read as ${column(say('read', 'lues'))}, rows_written as ${column(say('written', 'écrites'))},
          expected_rows as ${column(say('expected', 'attendues'))}
        from (${latestRuns(
          'run.started_at, run.rows_read, run.rows_written, run.expected_rows',
          `${ofJob} and coalesce(run.rows_read, run.rows_written, run.expected_rows) is not null`,
        )}) as latest
        order by 1 limit 20000`),
    ],
  });

  const slots = timeSeries({
    title: say('Its slots', 'Ses créneaux'),
    description: say(
      'Slots in which a run was due, by the time it was due and how each ended.',
      'Créneaux où une exécution était attendue, selon l’heure prévue et leur issue.',
    ),
    noData: say(
      'It keeps no schedule, or no slot ended in this time',
      'Aucun horaire connu, ou aucun créneau terminé sur cette période',
    ),
    unit: 'locale',
    draw: 'bars',
    stacked: true,
    interval: '1h',
    queries: [
      overTime(`
        select $__timeGroupAlias(due, $__interval), ${worded('outcome', outcome)} as metric, count(*) as value
        from expectation
        where job_id = ${JOB} and $__timeFilter(due) and outcome is not null
        group by 1, 2 order by 1, 2`),
    ],
    overrides: Object.entries(outcome).map(([key, name]) =>
      coloured(name, OUTCOME_COLOURS[key as keyof typeof OUTCOME_COLOURS]),
    ),
  });

  const failures = table({
    title: say('Its failures', 'Ses échecs'),
    description: say(
      'Failed runs of the time shown, newest first.',
      'Exécutions en échec de la période, les plus récentes d’abord.',
    ),
    noData: say('It did not fail in this time', 'Aucun échec sur cette période'),
    unit: 'locale',
    queries: [
      rowsOf(`
        select started_at as ${column(say('Started', 'Début'))}, duration_ms as ${column(say('Run time', 'Durée'))},
          host as ${column(say('Server', 'Serveur'))}, left(error, 300) as ${column(say('Error', 'Erreur'))},
          run_key as ${column(say('Run', 'Exécution'))}
        from (${latestRuns('run.started_at, run.duration_ms, run.host, run.error, run.run_key', `${ofJob} and run.status = 'failed'`)}) as latest
        order by started_at desc limit 100`),
    ],
    overrides: [inUnit(say('Run time', 'Durée'), 'ms'), wide(say('Error', 'Erreur'), 420)],
  });

  const incidents = table({
    title: say('Its incidents', 'Ses incidents'),
    description: say(
      'Incidents that name this job, newest first.',
      'Incidents qui concernent ce traitement, les plus récents d’abord.',
    ),
    noData: say('No incident names this job', 'Aucun incident ne concerne ce traitement'),
    unit: 'locale',
    queries: [
      rowsOf(`
        select incident.id::text as ${column(number)}, ${worded('incident.severity', severityWords(say))} as ${column(say('Severity', 'Gravité'))},
          string_agg(distinct ${worded('finding.kind', findingWords(say))}, ', ') as ${column(say('What', 'Quoi'))},
          incident.opened_at as ${column(say('From', 'De'))}, incident.resolved_at as ${column(say('To', 'À'))},
          ${worded('incident.state', incidentStateWords(say))} as ${column(say('State', 'État'))}
        from finding join incident on incident.id = finding.incident_id
        where finding.job_id = ${JOB}
        group by incident.id order by incident.opened_at desc limit 50`),
    ],
    overrides: [
      linked(number, toIncident(say)),
      linked(say('State', 'État'), toIncidentWorkflow(say, number)),
    ],
  });

  const days = barChart({
    title: say('Forecast, day by day', 'Prévision, jour par jour'),
    description: say(
      'Probability of at least one failed run on each of the seven days after the newest forecast.',
      'Probabilité d’au moins un échec pour chacun des sept jours suivant la dernière prévision.',
    ),
    noData: noForecast,
    unit: 'percentunit',
    min: 0,
    max: 1,
    xField: say('Day', 'Jour'),
    queries: [
      rowsOf(`
        select to_char(cutoff + (horizon_day - 1) * interval '1 day', 'YYYY-MM-DD') as ${column(say('Day', 'Jour'))},
          probability as ${column(say('probability', 'probabilité'))}
        from forecast where ${NEWEST} and job_id = ${JOB} order by horizon_day`),
    ],
  });

  const reasons = table({
    title: say('Why', 'Pourquoi'),
    description: say(
      'What moved the forecast of the week most; above zero it raised it.',
      'Ce qui a le plus pesé sur la prévision de la semaine ; au-dessus de zéro, à la hausse.',
    ),
    noData: noForecast,
    unit: 'short',
    decimals: 2,
    queries: [
      rowsOf(`
        select reason ->> '${language}' as ${column(say('Reason', 'Raison'))},
          (reason ->> 'contribution')::float8 as ${column(say('Weight', 'Poids'))}
        from forecast_week cross join lateral jsonb_array_elements(reasons) as reason
        where ${NEWEST} and job_id = ${JOB}
        order by abs((reason ->> 'contribution')::float8) desc`),
    ],
    overrides: [wide(say('Reason', 'Raison'), 480)],
  });

  const past = timeSeries({
    title: say('What was forecast', 'Ce qui avait été prévu'),
    description: say(
      'Probability of failing in the week after each forecast of the time shown.',
      'Probabilité d’échouer dans la semaine suivant chaque prévision de la période.',
    ),
    noData: say(
      'No forecast in this time covers this job',
      'Aucune prévision de la période ne couvre ce traitement',
    ),
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      overTime(`
        select cutoff as time, probability as ${column(say('probability', 'probabilité'))}
        from forecast_week where job_id = ${JOB} and $__timeFilter(cutoff) order by 1`),
    ],
  });

  return {
    title: say('Smart ETL · Job', 'Smart ETL · Traitement'),
    description: say(
      'One job: its runs, its failures, what is forecast of it and why.',
      'Un traitement : ses exécutions, ses échecs, sa prévision et ses raisons.',
    ),
    from: 'now-30d',
    refresh: '5m',
    variables: [
      choice({
        name: 'job',
        label: say('Job', 'Traitement'),
        description: say(
          'By name; with its namespace where it has one',
          'Par nom ; avec son espace de noms s’il en a un',
        ),
        sql: `
          select case namespace when 'default' then name else namespace || '/' || name end as __text, id::text as __value
          from job order by 1 limit 10000`,
      }),
    ],
    rows: [
      row(5, glance, risk),
      row(9, durations, volumes),
      row(8, slots, days),
      row(8, failures, incidents),
      row(8, reasons, past),
    ],
  };
}
