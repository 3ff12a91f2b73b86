import { COLOURS, categoryAxis, chart, legend, valueAxis } from '../chart-options.ts';
import type { Block } from '../document.ts';
import { kindName, severityName } from '../names.ts';
import { clipped } from '../writer.ts';
import type { Findings, ReportSubject } from './subject.ts';

const SHOWN = 10;

/** Quality of the data, punctuality, incidents and what people thought of the messages. */
export function qualitySection(subject: ReportSubject, findings: Findings): Block[] {
  return [...quality(subject), ...slots(subject, findings), ...incidents(subject)];
}

function quality({ figures, writer }: ReportSubject): Block[] {
  const { say, number, percent, duration } = writer;
  const heading: Block = {
    type: 'heading',
    level: 1,
    text: say('Quality of the data', 'Qualité des données'),
  };
  if (figures.quality.length === 0) {
    return [
      heading,
      { type: 'text', text: say('No source was measured.', "Aucune source n'a été mesurée.") },
    ];
  }
  return [
    heading,
    {
      type: 'table',
      caption: say(
        'Sources, all days of the period together',
        'Sources, tous les jours de la période réunis',
      ),
      queries: ['quality'],
      columns: [
        { title: say('Source', 'Source'), share: 2 },
        { title: say('Days', 'Jours'), align: 'right', share: 0.8 },
        { title: say('Rows', 'Lignes'), align: 'right', share: 1.2 },
        { title: say('Complete', 'Complétude'), align: 'right', share: 1.2 },
        { title: say('Unique', 'Unicité'), align: 'right', share: 1.2 },
        { title: say('Valid', 'Validité'), align: 'right', share: 1.2 },
        { title: say('Worst day', 'Pire jour'), align: 'right', share: 1.2 },
        { title: say('Delay', 'Retard'), align: 'right', share: 1.2 },
      ],
      rows: figures.quality.map((row) => [
        row.source,
        number(row.days),
        number(row.rows),
        percent(row.completeness, 2),
        percent(row.uniqueness, 2),
        percent(row.validity, 2),
        percent(row.leastValidity, 1),
        duration(row.freshnessS === null ? null : row.freshnessS * 1000),
      ]),
    },
    ...(figures.quarantine.length === 0
      ? [{ type: 'text' as const, text: say('No row was refused.', "Aucune ligne n'a été refusée.") }]
      : [
          {
            type: 'table' as const,
            caption: say('Why rows were refused', 'Motifs de refus des lignes'),
            queries: ['quarantine'],
            columns: [
              { title: say('Source', 'Source'), share: 2 },
              { title: say('Reason', 'Motif'), share: 4 },
              { title: say('Rows', 'Lignes'), align: 'right' as const, share: 1 },
              { title: say('Files', 'Fichiers'), align: 'right' as const, share: 1 },
            ],
            rows: figures.quarantine
              .slice(0, SHOWN)
              .map((row) => [row.source, row.code, number(row.rows), number(row.files)]),
          },
        ]),
  ];
}

function slots({ figures, writer }: ReportSubject, { nameOf }: Findings): Block[] {
  const { say, number, percent } = writer;
  const sum = (of: (row: (typeof figures.slots)[number]) => number) =>
    figures.slots.reduce((total, row) => total + of(row), 0);
  const met = sum((row) => row.met);
  const late = sum((row) => row.late);
  const missing = sum((row) => row.missing);
  const all = met + late + missing;
  const heading: Block = { type: 'heading', level: 2, text: say('Punctuality', 'Ponctualité') };
  if (all === 0) return [];
  const worst = figures.slots
    .filter((row) => row.late + row.missing > 0)
    .toSorted((a, b) => b.late + b.missing - a.late - a.missing || (a.job < b.job ? -1 : 1))
    .slice(0, SHOWN);
  return [
    heading,
    {
      type: 'text',
      text: say(
        `Of ${number(all)} slots in which a run was due, ${percent(met / all)} were kept, ${number(late)} were late and ${number(missing)} stayed without a run.`,
        `Sur ${number(all)} créneaux attendus, ${percent(met / all)} ont été tenus, ${number(late)} l'ont été en retard et ${number(missing)} sont restés sans exécution.`,
      ),
    },
    ...(worst.length === 0
      ? []
      : [
          {
            type: 'table' as const,
            caption: say('Jobs that kept the fewest slots', 'Traitements les moins ponctuels'),
            queries: ['slots'],
            columns: [
              { title: say('Job', 'Traitement'), share: 4 },
              { title: say('Late', 'En retard'), align: 'right' as const, share: 1 },
              { title: say('Missing', 'Absents'), align: 'right' as const, share: 1 },
              { title: say('Kept', 'Tenus'), align: 'right' as const, share: 1 },
            ],
            rows: worst.map((row) => [
              clipped(nameOf(row.job), 50),
              number(row.late),
              number(row.missing),
              percent(row.met / (row.met + row.late + row.missing)),
            ]),
          },
        ]),
  ];
}

function incidents({ figures, writer }: ReportSubject): Block[] {
  const { say, number, percent, duration } = writer;
  const minutes = (value: number | null) => duration(value === null ? null : value * 60_000);
  const heading: Block = {
    type: 'heading',
    level: 1,
    text: say('Incidents and messages', 'Incidents et alertes'),
  };
  if (figures.incidents.length === 0) {
    return [
      heading,
      { type: 'text', text: say('No incident was opened.', "Aucun incident n'a été ouvert.") },
    ];
  }
  const useful = figures.answers.reduce((sum, row) => sum + row.useful, 0);
  const answers = figures.answers.reduce((sum, row) => sum + row.useful + row.notUseful, 0);
  const told = figures.answers.reduce((sum, row) => sum + row.told, 0);
  const answered = figures.answers.reduce((sum, row) => sum + row.answered, 0);
  const failures = figures.detection.reduce((sum, row) => sum + row.failed, 0);
  const found = figures.detection.reduce((sum, row) => sum + row.found, 0);
  return [
    heading,
    {
      type: 'table',
      caption: say(
        'Incidents, and how long people took (median, 9th decile)',
        'Incidents et délais (médiane, 9e décile)',
      ),
      queries: ['incidents'],
      columns: [
        { title: say('Severity', 'Gravité'), share: 1.6 },
        { title: say('Opened', 'Ouverts'), align: 'right', share: 1 },
        { title: say('Over', 'Résolus'), align: 'right', share: 1 },
        { title: say('Taken on', 'Pris en charge'), align: 'right', share: 1.2 },
        { title: say('Until taken on', 'Délai de prise en charge'), align: 'right', share: 2 },
        { title: say('Until over', 'Délai de résolution'), align: 'right', share: 2 },
      ],
      rows: figures.incidents.map((row) => [
        severityName(row.severity, writer),
        number(row.opened),
        number(row.resolved),
        percent(row.acknowledged / row.opened, 0),
        `${minutes(row.toAcknowledgeMinutes)}, ${minutes(row.toAcknowledgeP90Minutes)}`,
        `${minutes(row.toResolveMinutes)}, ${minutes(row.toResolveP90Minutes)}`,
      ]),
    },
    {
      type: 'table',
      caption: say('What was found, and how soon', 'Ce qui a été détecté, et en combien de temps'),
      queries: ['findings', 'answers'],
      columns: [
        { title: say('Kind', 'Type'), share: 2.6 },
        { title: say('Findings', 'Constats'), align: 'right', share: 1.1 },
        { title: say('Incidents', 'Incidents'), align: 'right', share: 1.1 },
        { title: say('Found after', 'Délai médian'), align: 'right', share: 1.3 },
        { title: say('Answers', 'Réponses'), align: 'right', share: 1.1 },
        { title: say('Useful', 'Utiles'), align: 'right', share: 1 },
      ],
      rows: figures.findings.map((row) => {
        const answer = figures.answers.find(({ kind }) => kind === row.kind);
        const said = (answer?.useful ?? 0) + (answer?.notUseful ?? 0);
        return [
          kindName(row.kind, writer),
          number(row.findings),
          number(row.incidents),
          minutes(row.delayMinutes),
          number(said),
          said === 0 ? '–' : percent(answer!.useful / said, 0),
        ];
      }),
    },
    {
      type: 'text',
      text:
        (failures === 0
          ? ''
          : say(
              `${percent(found / failures)} of the failed runs of days that were watched are covered by a finding. `,
              `${percent(found / failures)} des exécutions en échec des jours surveillés sont couvertes par un constat. `,
            )) +
        (answers === 0
          ? say(
              'Nobody said whether the messages were useful, so their precision is not known.',
              "Personne n'a dit si les alertes étaient utiles : leur précision n'est donc pas connue.",
            )
          : say(
              `${percent(useful / answers)} of ${number(answers)} answers found a message useful; ${percent(answered / Math.max(1, told), 0)} of the incidents people were told of were answered, and the others are not counted.`,
              `${percent(useful / answers)} des ${number(answers)} réponses jugent l'alerte utile ; ${percent(answered / Math.max(1, told), 0)} des incidents annoncés ont reçu une réponse, les autres ne sont pas comptés.`,
            )),
    },
    ...(figures.alerts.length === 0
      ? []
      : [
          {
            type: 'table' as const,
            caption: say('Messages about incidents', 'Messages sur les incidents'),
            queries: ['alerts'],
            columns: [
              { title: say('Channel', 'Canal'), share: 3 },
              { title: say('Sent', 'Envoyés'), align: 'right' as const, share: 1 },
              { title: say('Given up', 'Abandonnés'), align: 'right' as const, share: 1 },
              { title: say('Waiting', 'En attente'), align: 'right' as const, share: 1 },
            ],
            rows: figures.alerts.map((row) => [
              row.channel === row.channelKind ? row.channel : `${row.channel} (${row.channelKind})`,
              number(row.sent),
              number(row.dead),
              number(row.waiting),
            ]),
          },
        ]),
  ];
}

/** How the weekly forecast did. */
export function forecastSection({ writer, figures }: ReportSubject, { forecast, nameOf }: Findings): Block[] {
  const { say, number, percent, day } = writer;
  const heading: Block = {
    type: 'heading',
    level: 1,
    text: say('Score card of the forecast', 'Bilan de la prévision'),
  };
  const { weeks, calibration, brier, brierOfShare, precision, recall } = forecast;
  if (weeks.length === 0 || brier === null || brierOfShare === null) {
    return [
      heading,
      {
        type: 'text',
        text: say(
          'No forecast of this period has a week that is over: there is nothing to judge yet.',
          'Aucune prévision de cette période ne porte sur une semaine terminée : rien ne peut encore être jugé.',
        ),
      },
    ];
  }
  const misses = Map.groupBy(
    figures.forecasts.filter((row) => row.failed && (row.rank === null || row.rank > 10)),
    ({ job }) => job,
  );
  const missed = [...misses]
    .map(([job, rows]) => ({
      job,
      weeks: rows.length,
      mean: rows.reduce((sum, row) => sum + (row.probability ?? 0), 0) / rows.length,
    }))
    .toSorted((a, b) => b.weeks - a.weeks || (a.job < b.job ? -1 : 1))
    .slice(0, 8);
  const expected = say('Expected', 'Attendus');
  const failed = say('Failed', 'En échec');
  return [
    heading,
    {
      type: 'text',
      text: say(
        `Over ${number(weeks.length)} weeks, ${percent(precision)} of the ten jobs named first did fail; they were ${percent(recall)} of all jobs that failed. Brier score ${number(brier, 3)}, against ${number(brierOfShare, 3)} by giving all jobs the same probability; 0 would be perfect.`,
        `Sur ${number(weeks.length)} semaines, ${percent(precision)} des dix traitements placés en tête ont échoué ; ils représentent ${percent(recall)} de tous ceux qui ont échoué. Score de Brier ${number(brier, 3)}, contre ${number(brierOfShare, 3)} en donnant à tous la même probabilité ; 0 serait parfait.`,
      ),
    },
    {
      type: 'chart',
      id: 'forecast-weeks',
      caption: say(
        'Jobs expected to fail and jobs that failed, week by week',
        'Traitements attendus en échec et échecs constatés, par semaine',
      ),
      alternative: say(
        `Two lines over ${weeks.length} weeks; in the last one ${number(weeks.at(-1)!.card.expected, 1)} were expected and ${number(weeks.at(-1)!.card.failed)} failed.`,
        `Deux courbes sur ${weeks.length} semaines ; la dernière : ${number(weeks.at(-1)!.card.expected, 1)} attendus, ${number(weeks.at(-1)!.card.failed)} en échec.`,
      ),
      heightPx: 200,
      queries: ['forecasts'],
      option: chart({
        legend: legend([expected, failed]),
        xAxis: categoryAxis(weeks.map(({ cutoff }) => day(cutoff.slice(0, 10), 'day'))),
        yAxis: valueAxis(say('Jobs', 'Traitements'), (value) => number(value), { min: 0 }),
        series: [
          {
            name: expected,
            type: 'line',
            symbolSize: 5,
            lineStyle: { color: COLOURS.runs, width: 2 },
            itemStyle: { color: COLOURS.runs },
            data: weeks.map(({ card }) => card.expected),
          },
          {
            name: failed,
            type: 'line',
            symbol: 'diamond',
            symbolSize: 6,
            lineStyle: { color: COLOURS.failed, width: 2, type: 'dashed' },
            itemStyle: { color: COLOURS.failed },
            data: weeks.map(({ card }) => card.failed),
          },
        ],
      }),
    },
    {
      type: 'table',
      caption: say('Were the probabilities right?', 'Les probabilités étaient-elles justes ?'),
      queries: ['forecasts'],
      columns: [
        { title: say('Forecast', 'Prévu'), align: 'right', share: 1 },
        { title: say('Failed', 'Constaté'), align: 'right', share: 1 },
        { title: say('Forecasts', 'Prévisions'), align: 'right', share: 1 },
      ],
      rows: calibration.map((bin) => [percent(bin.forecast), percent(bin.failed), number(bin.count)]),
    },
    ...(missed.length === 0
      ? []
      : [
          {
            type: 'table' as const,
            caption: say(
              'Failed without being among the first ten',
              'En échec sans être parmi les dix premiers',
            ),
            queries: ['forecasts'],
            columns: [
              { title: say('Job', 'Traitement'), share: 4 },
              { title: say('Weeks', 'Semaines'), align: 'right' as const, share: 1 },
              { title: say('Mean forecast', 'Prévision moyenne'), align: 'right' as const, share: 1.4 },
            ],
            rows: missed.map((row) => [clipped(nameOf(row.job), 50), number(row.weeks), percent(row.mean)]),
          },
        ]),
  ];
}
