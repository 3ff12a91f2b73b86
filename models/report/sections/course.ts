import { COLOURS, categoryAxis, chart, legend, valueAxis } from '../chart-options.ts';
import type { Block } from '../document.ts';
import type { ReportSubject } from './subject.ts';

/** Loads and run times, and when they happen. */
export function courseSection({ figures, writer, period }: ReportSubject): Block[] {
  const { say, number, percent, day, weekday } = writer;
  const units = {
    day: say('day', 'jour'),
    week: say('week', 'semaine'),
    month: say('month', 'mois'),
  };
  const unit = units[period.unit];
  const runsWord = say('Runs', 'Exécutions');
  const failedWord = say('Failed', 'En échec');
  const shareWord = say('Failed share', "Part d'échecs");
  const course = figures.course;
  const shares = course.map(({ failed, runs }) => (runs === 0 ? 0 : failed / runs));
  const worst = course[shares.indexOf(Math.max(...shares))];
  const busiest = figures.hours.toSorted(
    (a, b) => b.runs - a.runs || a.weekday - b.weekday || a.hour - b.hour,
  )[0];
  const total = figures.hours.reduce((sum, { runs }) => sum + runs, 0);
  const failedTotal = figures.hours.reduce((sum, { failed }) => sum + failed, 0);
  /** An hour with few runs says nothing about its share of failures. */
  const least = Math.max(20, total / 168 / 10);
  const riskiest = figures.hours
    .filter(({ runs }) => runs >= least)
    .toSorted((a, b) => b.failed / b.runs - a.failed / a.runs || a.weekday - b.weekday || a.hour - b.hour)[0];
  const at = (row: { weekday: number; hour: number }) =>
    say(
      `${weekday(row.weekday, 'long')} at ${String(row.hour).padStart(2, '0')}:00`,
      `le ${weekday(row.weekday, 'long')} à ${row.hour} h`,
    );
  const dayShares = figures['days-of-month'].map(({ failed, runs }) => (runs === 0 ? 0 : failed / runs));
  const worstDay = figures['days-of-month'][dayShares.indexOf(Math.max(...dayShares))];
  return [
    { type: 'heading', level: 1, text: say('Loads and run times', 'Charges et durées') },
    {
      type: 'chart',
      id: 'course',
      caption: say(`Runs and share of failures by ${unit}`, `Exécutions et part d'échecs par ${unit}`),
      alternative:
        worst === undefined
          ? say('No run in the period.', 'Aucune exécution dans la période.')
          : say(
              `Columns of runs for each of ${course.length} ${unit}s, and a line of the share that failed; the highest share is ${percent(Math.max(...shares))}, ${period.unit} of ${day(worst.start, period.unit)}.`,
              `Colonnes des exécutions pour ${number(course.length)} périodes (${unit}) et courbe de la part en échec ; la plus forte est de ${percent(Math.max(...shares))}, ${unit} du ${day(worst.start, period.unit)}.`,
            ),
      heightPx: 230,
      queries: ['course'],
      option: chart({
        legend: legend([runsWord, shareWord]),
        xAxis: categoryAxis(course.map(({ start }) => day(start, period.unit))),
        yAxis: [
          valueAxis('', (value) => number(value)),
          valueAxis('', (value) => percent(value), { splitLine: { show: false }, min: 0 }),
        ],
        series: [
          {
            name: runsWord,
            type: 'bar',
            itemStyle: { color: COLOURS.quiet },
            data: course.map(({ runs }) => runs),
          },
          {
            name: shareWord,
            type: 'line',
            yAxisIndex: 1,
            symbolSize: 5,
            lineStyle: { color: COLOURS.failed, width: 2 },
            itemStyle: { color: COLOURS.failed },
            data: shares,
          },
        ],
      }),
    },
    {
      type: 'table',
      caption: say('The period and the one before it', 'La période et la précédente'),
      queries: ['totals'],
      columns: [
        { title: '', share: 2 },
        { title: say('Period', 'Période'), align: 'right', share: 1 },
        { title: say('Before', 'Précédente'), align: 'right', share: 1 },
        { title: say('Change', 'Évolution'), align: 'right', share: 1 },
      ],
      rows: totalRows(writer, figures.totals),
    },
    ...loadsTable({ figures, writer, period }),
    {
      type: 'heading',
      level: 1,
      text: say('When jobs run and when they fail', "Quand les traitements s'exécutent et échouent"),
    },
    {
      type: 'text',
      text:
        busiest === undefined
          ? say('No run in the period.', 'Aucune exécution dans la période.')
          : say(
              `The busiest hour is ${at(busiest)}, with ${percent(busiest.runs / total)} of all runs.` +
                (riskiest === undefined || riskiest.failed === 0
                  ? ''
                  : ` Of the runs that start on ${at(riskiest)}, ${percent(riskiest.failed / riskiest.runs)} fail; over the whole week it is ${percent(failedTotal / total)}.`),
              `L'heure la plus chargée est ${at(busiest)}, avec ${percent(busiest.runs / total)} des exécutions.` +
                (riskiest === undefined || riskiest.failed === 0
                  ? ''
                  : ` Parmi celles qui démarrent ${at(riskiest)}, ${percent(riskiest.failed / riskiest.runs)} échouent, contre ${percent(failedTotal / total)} sur toute la semaine.`),
            ),
    },
    {
      type: 'chart',
      id: 'hours',
      caption: say(
        'Share of failures by weekday and hour of start',
        "Part d'échecs par jour et heure de démarrage",
      ),
      alternative: say(
        `Map of 7 days by 24 hours; the darker, the more runs fail. ${riskiest === undefined ? '' : `Highest on ${at(riskiest)}.`}`,
        `Carte de 7 jours sur 24 heures ; plus c'est foncé, plus il y a d'échecs. ${riskiest === undefined ? '' : `Maximum : ${at(riskiest)}.`}`,
      ),
      heightPx: 220,
      queries: ['hours'],
      option: chart({
        grid: { left: 8, right: 70, top: 6, bottom: 4, containLabel: true },
        xAxis: categoryAxis(Array.from({ length: 24 }, (_, hour) => String(hour))),
        yAxis: { ...categoryAxis([1, 2, 3, 4, 5, 6, 7].map((n) => weekday(n))), inverse: true },
        visualMap: {
          min: 0,
          max: Math.max(
            0.01,
            ...figures.hours.filter(({ runs }) => runs >= least).map(({ failed, runs }) => failed / runs),
          ),
          calculable: false,
          orient: 'vertical',
          right: 0,
          top: 'middle',
          itemWidth: 12,
          itemHeight: 110,
          textStyle: { fontFamily: 'Source Sans 3', fontSize: 12 },
          formatter: (value: number) => percent(value, 0),
          text: [
            percent(
              Math.max(
                0.01,
                ...figures.hours.filter(({ runs }) => runs >= least).map(({ failed, runs }) => failed / runs),
              ),
              0,
            ),
            percent(0, 0),
          ],
          inRange: { color: ['#f6f1ec', '#eab998', '#c0462b', '#6d1d10'] },
        },
        series: [
          {
            type: 'heatmap',
            itemStyle: { borderColor: '#ffffff', borderWidth: 1 },
            data: figures.hours
              .filter(({ runs }) => runs >= least)
              .map(({ weekday: n, hour, runs, failed }) => [hour, n - 1, failed / runs]),
          },
        ],
      }),
    },
    {
      type: 'chart',
      id: 'days-of-month',
      caption: say('Runs and failures by day of the month', 'Exécutions et échecs par jour du mois'),
      alternative:
        worstDay === undefined
          ? say('No run in the period.', 'Aucune exécution dans la période.')
          : say(
              `Columns for the days 1 to 31; the share of failures is highest on day ${worstDay.day}, ${percent(Math.max(...dayShares))}.`,
              `Colonnes pour les jours 1 à 31 ; la part d'échecs est la plus forte le ${worstDay.day}, ${percent(Math.max(...dayShares))}.`,
            ),
      heightPx: 190,
      queries: ['days-of-month'],
      option: chart({
        legend: legend([runsWord, failedWord]),
        xAxis: categoryAxis(figures['days-of-month'].map((row) => String(row.day))),
        yAxis: valueAxis(say('A day', 'Par jour'), (value) => number(value)),
        series: [
          {
            name: runsWord,
            type: 'bar',
            itemStyle: { color: COLOURS.quiet },
            data: figures['days-of-month'].map(({ runs, days }) => runs / days),
          },
          {
            name: failedWord,
            type: 'bar',
            barGap: '-100%',
            itemStyle: { color: COLOURS.failed },
            data: figures['days-of-month'].map(({ failed, days }) => failed / days),
          },
        ],
      }),
    },
  ];
}

function totalRows(
  { say, number, percent, hours, change }: ReportSubject['writer'],
  totals: ReportSubject['figures']['totals'],
): string[][] {
  const now = totals.find(({ inPeriod }) => inPeriod);
  const before = totals.find(({ inPeriod }) => !inPeriod);
  const row = (
    label: string,
    of: (one: NonNullable<typeof now>) => number,
    text: (value: number | null) => string,
  ): string[] => {
    const value = now === undefined ? 0 : of(now);
    const last = before === undefined ? null : of(before);
    return [label, text(value), text(last), last === null ? '–' : change(value, last) || '–'];
  };
  return [
    row(say('Jobs that ran', 'Traitements exécutés'), ({ jobs }) => jobs, number),
    row(say('Runs', 'Exécutions'), ({ runs }) => runs, number),
    row(say('Failed runs', 'Exécutions en échec'), ({ failed }) => failed, number),
    row(
      say('Share of failures', "Part d'échecs"),
      ({ failed, runs }) => failed / runs,
      (value) => percent(value),
    ),
    row(say('Jobs that failed', 'Traitements en échec'), ({ failingJobs }) => failingJobs, number),
    row(say('Cancelled runs', 'Exécutions annulées'), ({ cancelled }) => cancelled, number),
    row(say('Runs without an end', 'Exécutions sans fin'), ({ running }) => running, number),
    row(say('Run time', "Temps d'exécution"), (one) => one.hours, hours),
    row(say('Run time of failures', 'Temps passé en échec'), ({ lostHours }) => lostHours, hours),
    row(say('Rows written', 'Lignes écrites'), ({ rowsWritten }) => rowsWritten, number),
  ];
}

function loadsTable({ figures, writer: { say, number } }: ReportSubject): Block[] {
  if (figures.loads.length === 0) return [];
  return [
    {
      type: 'table',
      caption: say(
        'Files that were loaded, and what became of their rows',
        'Fichiers chargés et devenir de leurs lignes',
      ),
      queries: ['loads'],
      columns: [
        { title: say('Source', 'Source'), share: 2 },
        { title: say('Files', 'Fichiers'), align: 'right', share: 1 },
        { title: say('Megabytes', 'Mégaoctets'), align: 'right', share: 1 },
        { title: say('Rows in', 'Lignes lues'), align: 'right', share: 1 },
        { title: say('Loaded', 'Chargées'), align: 'right', share: 1 },
        { title: say('Duplicate', 'Doublons'), align: 'right', share: 1 },
        { title: say('Refused', 'Refusées'), align: 'right', share: 1 },
      ],
      rows: figures.loads.map((row) => [
        row.source,
        number(row.files),
        number(row.sizeBytes / 1e6, 1),
        number(row.rowsIn),
        number(row.loaded),
        number(row.duplicate),
        number(row.quarantined),
      ]),
    },
  ];
}
