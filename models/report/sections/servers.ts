import { COLOURS, categoryAxis, chart, legend, valueAxis } from '../chart-options.ts';
import type { Block } from '../document.ts';
import { metricName } from '../names.ts';
import { clipped } from '../writer.ts';
import type { Findings, ReportSubject } from './subject.ts';

const METRIC_COLOURS = [COLOURS.runs, COLOURS.third, COLOURS.fourth, '#77659b', COLOURS.quiet];
const NAMED_JOBS = 4;

/** How loaded the servers were, who ran at their peaks, and how runs hinder each other. */
export function serversSection(subject: ReportSubject, findings: Findings): Block[] {
  return [...resources(subject, findings), ...contention(subject, findings)];
}

function resources({ figures, writer }: ReportSubject, { nameOf }: Findings): Block[] {
  const { say, number, percent } = writer;
  const heading: Block = {
    type: 'heading',
    level: 1,
    text: say('Load of the servers', 'Charge des serveurs'),
  };
  const percentages = figures.resources.filter(({ fullShare }) => fullShare !== null);
  if (percentages.length === 0) {
    return [
      heading,
      { type: 'text', text: say('No server told of its load.', "Aucun serveur n'a transmis sa charge.") },
    ];
  }
  const hosts = [...new Set(percentages.map(({ host }) => host))];
  const metrics = [...new Set(percentages.map(({ metric }) => metric))].slice(0, METRIC_COLOURS.length);
  const highest = percentages.toSorted((a, b) => b.p95 - a.p95 || (a.host < b.host ? -1 : 1))[0]!;
  return [
    heading,
    {
      type: 'chart',
      id: 'resources',
      caption: say('Load that is exceeded in 5% of the samples', 'Charge dépassée dans 5 % des mesures'),
      alternative: say(
        `Columns for ${hosts.length} servers and ${metrics.length} metrics; the highest is ${metricName(highest.metric, writer)} of ${highest.host}, ${number(highest.p95, 1)}%.`,
        `Colonnes pour ${hosts.length} serveurs et ${metrics.length} mesures ; maximum : ${metricName(highest.metric, writer)} de ${highest.host}, ${number(highest.p95, 1)} %.`,
      ),
      heightPx: 220,
      queries: ['resources'],
      option: chart({
        legend: legend(metrics.map((metric) => metricName(metric, writer))),
        xAxis: categoryAxis(hosts.map((host) => clipped(host, 14))),
        yAxis: valueAxis('', (value) => percent(value / 100, 0), { max: 100, min: 0 }),
        series: metrics.map((metric, at) => ({
          name: metricName(metric, writer),
          type: 'bar',
          barCategoryGap: '30%',
          itemStyle: { color: METRIC_COLOURS[at] },
          data: hosts.map(
            (host) => percentages.find((row) => row.host === host && row.metric === metric)?.p95 ?? null,
          ),
        })),
      }),
    },
    {
      type: 'table',
      caption: say(
        'The highest peaks, and what ran on the server',
        'Les plus hauts pics, et ce qui tournait sur le serveur',
      ),
      queries: ['peaks'],
      columns: [
        { title: say('Metric', 'Mesure'), share: 2 },
        { title: say('Server', 'Serveur'), share: 1.3 },
        { title: say('When', 'Quand'), share: 2.2 },
        { title: say('Value', 'Valeur'), align: 'right', share: 1 },
        { title: say('Runs', 'Exécutions'), align: 'right', share: 1.2 },
        { title: say('Jobs', 'Traitements'), share: 5 },
      ],
      rows: figures.peaks.map((peak) => [
        metricName(peak.metric, writer),
        peak.host,
        peak.at,
        percent(peak.value / 100),
        number(peak.runs),
        peak.jobs.length === 0
          ? say('none known', 'aucun connu')
          : peak.jobs
              .slice(0, NAMED_JOBS)
              .map((job) => clipped(nameOf(job), 30))
              .join(', ') +
            (peak.jobs.length > NAMED_JOBS
              ? say(
                  ` and ${peak.jobs.length - NAMED_JOBS} more`,
                  ` et ${peak.jobs.length - NAMED_JOBS} de plus`,
                )
              : ''),
      ]),
    },
  ];
}

function contention({ figures, writer }: ReportSubject, { nameOf }: Findings): Block[] {
  const { say, number, percent, hours } = writer;
  const levels = figures['contention-levels'].filter(({ compared }) => compared > 0);
  const shared = figures.contention.reduce((sum, row) => sum + row.shared, 0);
  const runs = figures.contention.reduce((sum, row) => sum + row.runs, 0);
  const extra = figures.contention.reduce((sum, row) => sum + row.extraHours, 0);
  if (runs === 0) return [];
  const last = levels.at(-1);
  return [
    { type: 'heading', level: 1, text: say('Runs that hinder each other', 'Exécutions qui se gênent') },
    {
      type: 'text',
      text: say(
        `${percent(shared / runs)} of the runs overlapped another one on their server. Against the usual time of their jobs alone they took ${hours(Math.abs(extra))} ${extra < 0 ? 'less' : 'longer'}; that is what goes together, not proof of the cause.`,
        `${percent(shared / runs)} des exécutions en ont chevauché une autre sur leur serveur. Par rapport à la durée habituelle des mêmes traitements seuls, elles ont pris ${hours(Math.abs(extra))} de ${extra < 0 ? 'moins' : 'plus'} ; c'est une concomitance, pas la preuve d'une cause.`,
      ),
    },
    ...(last === undefined
      ? []
      : [
          {
            type: 'chart' as const,
            id: 'contention-levels',
            caption: say(
              'Run time by number of other runs on the server, 1 is the usual time alone',
              "Durée selon le nombre d'autres exécutions sur le serveur (1 : durée habituelle seul)",
            ),
            alternative: say(
              `Line of the median: ${number(levels[0]!.ratio, 2)} with ${levels[0]!.others} neighbours, ${number(last.ratio, 2)} with ${last.others}${last.others === 8 ? ' or more' : ''}; two more lines for the quartiles.`,
              `Courbe de la médiane : ${number(levels[0]!.ratio, 2)} avec ${levels[0]!.others} voisine, ${number(last.ratio, 2)} avec ${last.others}${last.others === 8 ? ' ou plus' : ''} ; deux autres courbes pour les quartiles.`,
            ),
            heightPx: 200,
            queries: ['contention-levels'],
            option: chart({
              legend: legend([say('Median', 'Médiane'), say('Quartiles', 'Quartiles')]),
              xAxis: categoryAxis(levels.map(({ others }) => (others === 8 ? '8+' : String(others)))),
              yAxis: valueAxis('', (value) => number(value, 1), { min: 0 }),
              series: [
                {
                  name: say('Median', 'Médiane'),
                  type: 'line',
                  symbolSize: 6,
                  lineStyle: { color: COLOURS.runs, width: 2.5 },
                  itemStyle: { color: COLOURS.runs },
                  data: levels.map(({ ratio }) => ratio),
                },
                ...[levels.map(({ lowRatio }) => lowRatio), levels.map(({ highRatio }) => highRatio)].map(
                  (data) => ({
                    name: say('Quartiles', 'Quartiles'),
                    type: 'line',
                    symbol: 'none',
                    lineStyle: { color: '#7d8894', width: 1.5, type: 'dashed' },
                    itemStyle: { color: '#7d8894' },
                    data,
                  }),
                ),
              ],
            }),
          },
        ]),
    {
      type: 'table',
      caption: say('By server', 'Par serveur'),
      queries: ['contention'],
      columns: [
        { title: say('Server', 'Serveur'), share: 2 },
        { title: say('Runs', 'Exécutions'), align: 'right', share: 1 },
        { title: say('Overlapping', 'En chevauchement'), align: 'right', share: 1.3 },
        { title: say('Times as long', 'Durée multipliée par'), align: 'right', share: 1.5 },
        { title: say('Longer by', 'Temps en plus'), align: 'right', share: 1.2 },
      ],
      rows: figures.contention.map((row) => [
        row.host,
        number(row.runs),
        percent(row.shared / row.runs),
        number(row.sharedRatio, 2),
        hours(row.extraHours),
      ]),
    },
    {
      type: 'table',
      caption: say('Jobs that run together longest', 'Traitements qui tournent le plus longtemps ensemble'),
      queries: ['contention-pairs'],
      columns: [
        { title: say('Server', 'Serveur'), share: 1.2 },
        { title: say('Job', 'Traitement'), share: 3 },
        { title: say('times as long', 'durée ×'), align: 'right', share: 1 },
        { title: say('Other job', 'Autre traitement'), share: 3 },
        { title: say('times as long', 'durée ×'), align: 'right', share: 1 },
        { title: say('Times', 'Fois'), align: 'right', share: 0.9 },
        { title: say('Together', 'Ensemble'), align: 'right', share: 1.1 },
      ],
      rows: figures['contention-pairs'].map((pair) => [
        pair.host,
        clipped(nameOf(pair.job), 28),
        number(pair.ratio, 2),
        clipped(nameOf(pair.otherJob), 28),
        number(pair.otherRatio, 2),
        number(pair.times),
        hours(pair.hours),
      ]),
    },
  ];
}
