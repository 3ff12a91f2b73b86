import { DEFAULT_QUARANTINE_LIMIT } from '../../../models/clean/quarantine-limit.ts';
import type { DashboardContent } from '../build/dashboard.ts';
import { row } from '../build/grid.ts';
import type { Say } from '../build/language.ts';
import { onPage, toIncident } from '../build/links.ts';
import { coloured, inUnit, linked, stat, table, timeSeries, wide } from '../build/panel.ts';
import { overTime, rowsOf } from '../build/query.ts';
import { column, literal, worded } from '../build/sql-words.ts';
import { plain, worseFrom } from '../build/thresholds.ts';
import { choice } from '../build/variable.ts';
import { findingWords, incidentStateWords, severityWords } from '../build/words.ts';

const SOURCES = `\${source:sqlstring}`;
/** The day of a row of `quality_daily` as an instant. */
const DAY = `(day::timestamp at time zone 'UTC')`;

/** What sources told, and how well. */
export function quality(say: Say): DashboardContent {
  const noDays = say('No day of these sources in this time', 'Aucun jour de ces sources sur cette période');
  const noFiles = say(
    'No file of these sources in this time',
    'Aucun fichier de ces sources sur cette période',
  );
  const loaded = say('loaded', 'chargées');
  const duplicate = say('already known', 'déjà connues');
  const refused = say('refused', 'refusées');
  const page = onPage(say('Data quality', 'Qualité des données'), '/quality');
  const limit = Math.round(DEFAULT_QUARANTINE_LIMIT.share * 100);

  const account = stat({
    title: say('Rows received', 'Lignes reçues'),
    description: say(
      `Rows of files received in the time shown: read = loaded + already known + refused, for every file. Beyond ${limit} % refused the intake of a source stops.`,
      `Lignes des fichiers reçus sur la période : lues = chargées + déjà connues + refusées, pour chaque fichier. Au-delà de ${limit} % de refus, la collecte d’une source s’arrête.`,
    ),
    noData: noFiles,
    unit: 'locale',
    field: '/.*/',
    queries: [
      rowsOf(`
        select coalesce(sum(rows_in), 0)::bigint as ${column(say('read', 'lues'))},
          coalesce(sum(rows_loaded), 0)::bigint as ${column(loaded)},
          coalesce(sum(rows_duplicate), 0)::bigint as ${column(duplicate)},
          coalesce(sum(rows_quarantined), 0)::bigint as ${column(refused)},
          sum(rows_quarantined)::float8 / nullif(sum(rows_in), 0) as ${column(say('share refused', 'part refusée'))}
        from file where source in (${SOURCES}) and $__timeFilter(received_at)`),
    ],
    overrides: [coloured(refused, 'orange'), inUnit(say('share refused', 'part refusée'), 'percentunit', 2)],
    links: [page],
  });

  const stopped = stat({
    title: say('Needs somebody', 'À traiter'),
    description: say(
      'Now, whatever the time shown: sources whose intake has stopped, files that are held until somebody decides, and files refused in the last seven days.',
      'À cet instant, quelle que soit la période : sources arrêtées, fichiers retenus en attente d’une décision, fichiers refusés depuis sept jours.',
    ),
    noData: say('Nothing', 'Rien'),
    unit: 'locale',
    field: '/.*/',
    thresholds: worseFrom([1, 'orange']),
    queries: [
      rowsOf(`
        select (select count(*) from source where paused_at is not null and name in (${SOURCES})) as ${column(say('sources stopped', 'sources arrêtées'))},
          (select count(*) from file where state = 'held' and source in (${SOURCES})) as ${column(say('files held', 'fichiers retenus'))},
          (select count(*) from file where state = 'refused' and source in (${SOURCES})
            and received_at > now() - interval '7 days') as ${column(say('files refused', 'fichiers refusés'))}`),
    ],
    links: [page],
  });

  const dimension = (title: string, description: string, name: string) =>
    timeSeries({
      title,
      description,
      noData: noDays,
      unit: 'percentunit',
      max: 1,
      queries: [
        overTime(`
          select ${DAY} as time, source as metric, ${name} as value
          from quality_daily
          where source in (${SOURCES}) and $__timeFilter(day) and ${name} is not null
          order by 1, 2`),
      ],
      links: [page],
    });

  const freshness = timeSeries({
    title: say('Freshness', 'Fraîcheur'),
    description: say(
      'From the latest instant a file tells of to its receipt, median of the files of a day.',
      'Du dernier instant décrit par un fichier à sa réception, médiane des fichiers du jour.',
    ),
    noData: noDays,
    unit: 's',
    queries: [
      overTime(`
        select ${DAY} as time, source as metric, freshness_s as value
        from quality_daily
        where source in (${SOURCES}) and $__timeFilter(day) and freshness_s is not null
        order by 1, 2`),
    ],
  });

  const volume = timeSeries({
    title: say('Rows by day', 'Lignes par jour'),
    description: say(
      'Rows in the files that belong to each day (UTC).',
      'Lignes des fichiers appartenant à chaque jour (UTC).',
    ),
    noData: noDays,
    unit: 'locale',
    draw: 'bars',
    stacked: true,
    queries: [
      overTime(`
        select ${DAY} as time, source as metric, volume_rows as value
        from quality_daily where source in (${SOURCES}) and $__timeFilter(day) order by 1, 2`),
    ],
  });

  const accounts = timeSeries({
    title: say('What became of the rows', 'Ce que sont devenues les lignes'),
    description: say(
      'Rows by the time their file was received.',
      'Lignes selon l’heure de réception de leur fichier.',
    ),
    noData: noFiles,
    unit: 'locale',
    draw: 'bars',
    stacked: true,
    interval: '15m',
    queries: [
      overTime(`
        select $__timeGroupAlias(received_at, $__interval), sum(rows_loaded)::float8 as ${column(loaded)},
          sum(rows_duplicate)::float8 as ${column(duplicate)}, sum(rows_quarantined)::float8 as ${column(refused)}
        from file
        where source in (${SOURCES}) and state = 'loaded' and $__timeFilter(received_at)
        group by 1 order by 1`),
    ],
    overrides: [coloured(loaded, 'green'), coloured(duplicate, 'blue'), coloured(refused, 'orange')],
  });

  const reasons = table({
    title: say('Why rows were refused', 'Pourquoi des lignes ont été refusées'),
    description: say(
      'Refused rows of files received in the time shown, by source and rule; docs/anomalies.md explains each rule.',
      'Lignes refusées des fichiers reçus sur la période, par source et par règle ; docs/anomalies.md explique chaque règle.',
    ),
    noData: say('No row was refused in this time', 'Aucune ligne refusée sur cette période'),
    unit: 'locale',
    queries: [
      rowsOf(`
        select file.source as ${column(say('Source', 'Source'))}, quarantine.code as ${column(say('Rule', 'Règle'))},
          count(*) as ${column(say('Rows', 'Lignes'))}, count(distinct file_sha256) as ${column(say('Files', 'Fichiers'))},
          max(file.received_at) as ${column(say('Last', 'Dernière'))}
        from file join quarantine on quarantine.file_sha256 = file.sha256
        where file.source in (${SOURCES}) and $__timeFilter(file.received_at)
        group by 1, 2 order by 3 desc limit 50`),
    ],
    overrides: [inUnit(say('Last', 'Dernière'), 'dateTimeFromNow')],
    links: [page],
  });

  const files = table({
    title: say('Files refused or held', 'Fichiers refusés ou retenus'),
    description: say(
      'Files of the time shown that were not readable as a whole, or wait until somebody decides, newest first.',
      'Fichiers de la période illisibles dans leur ensemble, ou en attente d’une décision, les plus récents d’abord.',
    ),
    noData: say('No file was refused or is held', 'Aucun fichier refusé ou retenu'),
    unit: 'locale',
    queries: [
      rowsOf(`
        select name as ${column(say('File', 'Fichier'))}, source as ${column(say('Source', 'Source'))},
          case state when 'held' then ${literal(say('held', 'retenu'))} else ${literal(say('refused', 'refusé'))} end as ${column(say('State', 'État'))},
          refusal_detail as ${column(say('Why', 'Pourquoi'))}, received_at as ${column(say('Received', 'Reçu'))}
        from file
        where source in (${SOURCES}) and state in ('refused', 'held') and $__timeFilter(received_at)
        order by received_at desc limit 100`),
    ],
    overrides: [wide(say('Why', 'Pourquoi'), 380)],
    links: [page],
  });

  const findings = table({
    title: say('What was found of sources', 'Ce qui a été trouvé des sources'),
    description: say(
      'Silence, gaps and worse quality that detection found in the time shown, newest first.',
      'Silences, trous et baisses de qualité constatés sur la période, les plus récents d’abord.',
    ),
    noData: say('Nothing was found of these sources', 'Rien à signaler sur ces sources'),
    unit: 'locale',
    queries: [
      rowsOf(`
        select coalesce(finding.source, job.name) as ${column(say('About', 'Concerne'))}, ${worded('kind', findingWords(say))} as ${column(say('What', 'Quoi'))},
          since as ${column(say('Since', 'Depuis'))}, ended_at as ${column(say('Until', 'Jusqu’à'))},
          left(evidence ->> 'text', 200) as ${column(say('Detail', 'Détail'))},
          ${worded('incident.severity', severityWords(say))} as ${column(say('Severity', 'Gravité'))},
          ${worded('incident.state', incidentStateWords(say))} as ${column(say('State', 'État'))},
          incident.id::text as ${column(say('No.', 'Nº'))}
        from finding join incident on incident.id = finding.incident_id left join job on job.id = finding.job_id
        where kind in ('freshness', 'quality', 'transmission') and since <= $__timeTo()::timestamptz
          and coalesce(ended_at, $__timeTo()::timestamptz) >= $__timeFrom()::timestamptz
        order by since desc limit 100`),
    ],
    thresholds: plain(),
    overrides: [linked(say('No.', 'Nº'), toIncident(say))],
  });

  return {
    title: say('Smart ETL · Data quality', 'Smart ETL · Qualité des données'),
    description: say(
      'What sources told, and how well: docs/quality.md has the formulas.',
      'Ce que les sources ont fourni, et avec quelle qualité : formules dans docs/quality.md.',
    ),
    from: 'now-30d',
    refresh: '5m',
    variables: [
      choice({
        name: 'source',
        label: 'Source',
        description: say('Configured feeds', 'Sources configurées'),
        several: true,
        sql: 'select name from source order by 1',
      }),
    ],
    rows: [
      row(5, account, stopped),
      row(
        8,
        dimension(
          say('Completeness', 'Complétude'),
          say(
            'Share of the values its runs should tell that they tell.',
            'Part des valeurs attendues des exécutions qui sont fournies.',
          ),
          'completeness',
        ),
        dimension(
          say('Uniqueness', 'Unicité'),
          say('Records that were new, of all records.', 'Part des enregistrements nouveaux.'),
          'uniqueness',
        ),
        dimension(
          say('Validity', 'Validité'),
          say('Rows that could be read, of all rows.', 'Part des lignes lisibles.'),
          'validity',
        ),
      ),
      row(8, freshness, volume),
      row(8, accounts, reasons),
      row(8, files, findings),
    ],
  };
}
