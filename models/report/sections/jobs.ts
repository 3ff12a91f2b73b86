import { bars, COLOURS, categoryAxis, chart, legend, valueAxis } from '../chart-options.ts';
import type { Block } from '../document.ts';
import type { JobRow } from '../figures.ts';
import { clipped } from '../writer.ts';
import type { Findings, ReportSubject } from './subject.ts';

const SHOWN = 12;
const MAD_TO_SIGMA = 1.4826;
/** Fewer runs have no spread to speak of. */
const LEAST_RUNS = 10;

/** Errors by family; the slowest and most variable jobs; the queries that cost most. */
export function jobsSection(subject: ReportSubject, findings: Findings): Block[] {
  return [...errors(subject, findings), ...slowest(subject, findings), ...queries(subject, findings)];
}

function errors({ figures, writer }: ReportSubject, { families, nameOf }: Findings): Block[] {
  const { say, number, percent, hours } = writer;
  const shown = families.filter(({ runs }) => runs > 0).slice(0, SHOWN);
  const hadBefore = figures.totals.some(({ inPeriod }) => !inPeriod);
  const failed = figures.totals.find(({ inPeriod }) => inPeriod)?.failed ?? 0;
  const heading: Block = { type: 'heading', level: 1, text: say('Families of errors', "Familles d'erreurs") };
  if (shown.length === 0) {
    return [heading, { type: 'text', text: say('No run failed.', "Aucune exécution n'a échoué.") }];
  }
  const textOf = (template: string) => (template === '' ? say('(no text)', '(sans message)') : template);
  const failing = figures.jobs
    .filter((job) => job.failed > 0)
    .toSorted((a, b) => b.failed - a.failed || (a.job < b.job ? -1 : 1))
    .slice(0, SHOWN);
  return [
    heading,
    {
      type: 'text',
      text: say(
        'Errors that differ in numbers, dates, names and paths only are one family; * stands where they differ.',
        'Les erreurs qui ne diffèrent que par des nombres, dates, noms ou chemins forment une famille ; * remplace ce qui varie.',
      ),
    },
    {
      type: 'table',
      caption: say('Families with the most failures', "Familles causant le plus d'échecs"),
      queries: ['errors'],
      columns: [
        { title: say('Error', 'Erreur'), share: 7, mono: true },
        { title: say('Failures', 'Échecs'), align: 'right', share: 1.3 },
        { title: say('Share', 'Part'), align: 'right', share: 1.2 },
        { title: say('Before', 'Avant'), align: 'right', share: 1.2 },
        { title: say('Jobs', 'Trait.'), align: 'right', share: 1 },
        { title: say('Lost', 'Perdu'), align: 'right', share: 1.2 },
      ],
      rows: shown.map(({ template, runs, runsBefore, jobIds, lostHours }) => [
        clipped(textOf(template), 100),
        number(runs),
        percent(runs / Math.max(1, failed)),
        number(hadBefore ? runsBefore : null),
        number(jobIds.length),
        hours(lostHours),
      ]),
    },
    {
      type: 'chart',
      id: 'failing-jobs',
      caption: say('Jobs with the most failures', "Traitements ayant le plus d'échecs"),
      alternative: say(
        `Bars of failures: ${failing
          .slice(0, 5)
          .map((job) => `${nameOf(job.job)} ${number(job.failed)}`)
          .join(', ')}.`,
        `Barres des échecs : ${failing
          .slice(0, 5)
          .map((job) => `${nameOf(job.job)} ${number(job.failed)}`)
          .join(', ')}.`,
      ),
      heightPx: 40 + 21 * failing.length,
      queries: ['jobs'],
      option: bars(
        failing.map((job) => ({
          name: clipped(nameOf(job.job), 34),
          value: job.failed,
          label: `${number(job.failed)} (${percent(job.failed / job.runs, 0)})`,
        })),
        COLOURS.failed,
        (value) => number(value),
      ),
    },
  ];
}

function slowest({ figures, writer }: ReportSubject, { nameOf }: Findings): Block[] {
  const { say, number, duration, hours } = writer;
  const timed = figures.jobs.filter(
    (job): job is JobRow & { medianMs: number; p10Ms: number; p90Ms: number; p95Ms: number; madMs: number } =>
      job.medianMs !== null && job.madMs !== null,
  );
  const byTime = timed
    .toSorted((a, b) => b.medianMs - a.medianMs || (a.job < b.job ? -1 : 1))
    .slice(0, SHOWN);
  const spreadOf = (job: { madMs: number; medianMs: number }) =>
    job.medianMs === 0 ? 0 : (MAD_TO_SIGMA * job.madMs) / job.medianMs;
  const variable = timed
    .filter(({ succeeded }) => succeeded >= LEAST_RUNS)
    .toSorted((a, b) => spreadOf(b) - spreadOf(a) || (a.job < b.job ? -1 : 1))
    .slice(0, SHOWN);
  if (byTime.length === 0) return [];
  const usual = say('Median', 'Médiane');
  const rare = say('Up to the 9th decile', "Jusqu'au 9e décile");
  return [
    {
      type: 'heading',
      level: 1,
      text: say(
        'The slowest and the least predictable jobs',
        'Les traitements les plus lents et les moins prévisibles',
      ),
    },
    {
      type: 'chart',
      id: 'slowest',
      caption: say('Slowest jobs: what a run takes', "Traitements les plus lents : durée d'une exécution"),
      alternative: say(
        `Bars of the median run time, longest ${nameOf(byTime[0]!.job)} with ${duration(byTime[0]!.medianMs)}; the lighter part reaches to the ninth decile.`,
        `Barres de la durée médiane, la plus longue ${nameOf(byTime[0]!.job)} avec ${duration(byTime[0]!.medianMs)} ; la partie claire va jusqu'au neuvième décile.`,
      ),
      heightPx: 60 + 21 * byTime.length,
      queries: ['jobs'],
      option: chart({
        legend: legend([usual, rare]),
        grid: { left: 8, right: 64, top: 30, bottom: 4, containLabel: true },
        xAxis: valueAxis('', (value) => duration(value * 60_000)),
        yAxis: { ...categoryAxis(byTime.map(({ job }) => clipped(nameOf(job), 34))), inverse: true },
        series: [
          {
            name: usual,
            type: 'bar',
            stack: 'time',
            itemStyle: { color: COLOURS.runs },
            data: byTime.map(({ medianMs }) => medianMs / 60_000),
          },
          {
            name: rare,
            type: 'bar',
            stack: 'time',
            itemStyle: { color: COLOURS.quiet },
            data: byTime.map(({ medianMs, p90Ms }) => (p90Ms - medianMs) / 60_000),
          },
        ],
      }),
    },
    {
      type: 'table',
      caption: say('Jobs whose run time varies most', 'Traitements dont la durée varie le plus'),
      queries: ['jobs'],
      columns: [
        { title: say('Job', 'Traitement'), share: 4 },
        { title: say('Runs', 'Exéc.'), align: 'right', share: 1 },
        { title: usual, align: 'right', share: 1.2 },
        { title: say('1st decile', '1er décile'), align: 'right', share: 1.2 },
        { title: say('9th decile', '9e décile'), align: 'right', share: 1.2 },
        { title: say('Spread', 'Dispersion'), align: 'right', share: 1.2 },
        { title: say('In all', 'Total'), align: 'right', share: 1.2 },
      ],
      rows: variable.map((job) => [
        clipped(nameOf(job.job), 44),
        number(job.succeeded),
        duration(job.medianMs),
        duration(job.p10Ms),
        duration(job.p90Ms),
        number(spreadOf(job), 2),
        hours(job.hours),
      ]),
    },
    {
      type: 'text',
      text: say(
        'Spread: 1.4826 × the median distance to the median, divided by the median; a few extreme runs do not move it. 0.3 is usual, from 0.5 on nobody can rely on the time.',
        "Dispersion : 1,4826 × l'écart médian à la médiane, divisé par la médiane ; quelques exécutions extrêmes ne la changent pas. 0,3 est courant ; à partir de 0,5, la durée n'est plus fiable.",
      ),
    },
  ];
}

function queries({ writer }: ReportSubject, { queries: costs, nameOfId }: Findings): Block[] {
  const { say, number, hours, duration } = writer;
  const shown = costs.slice(0, 10);
  if (shown.length === 0) return [];
  const total = costs.reduce((sum, cost) => sum + cost.hours, 0);
  return [
    { type: 'heading', level: 1, text: say('Costly queries', 'Requêtes coûteuses') },
    {
      type: 'text',
      text: say(
        `Queries that differ in values only are one, known by a fingerprint. Logs tell one query of a run and not its own time: what counts is the time of the runs, ${hours(total)} in all.`,
        `Les requêtes qui ne diffèrent que par des valeurs n'en font qu'une, désignée par une empreinte. Les journaux donnent une requête par exécution, sans sa durée propre : c'est le temps des exécutions qui compte, ${hours(total)} en tout.`,
      ),
    },
    {
      type: 'chart',
      id: 'queries',
      caption: say('Run time by query', 'Temps par requête'),
      alternative: say(
        `Bars of hours: ${shown
          .slice(0, 5)
          .map((cost) => `${cost.fingerprint} ${hours(cost.hours)}`)
          .join(', ')}.`,
        `Barres en heures : ${shown
          .slice(0, 5)
          .map((cost) => `${cost.fingerprint} ${hours(cost.hours)}`)
          .join(', ')}.`,
      ),
      heightPx: 40 + 21 * shown.length,
      queries: ['queries'],
      option: bars(
        shown.map((cost) => ({
          name: `${cost.fingerprint} ${cost.jobIds.length === 1 ? clipped(nameOfId(cost.jobIds[0]!), 26) : ''}`,
          value: cost.hours,
          label: hours(cost.hours),
        })),
        COLOURS.runs,
        (value) => hours(value),
      ),
    },
    {
      type: 'table',
      caption: say('The queries behind the fingerprints', 'Les requêtes derrière les empreintes'),
      queries: ['queries'],
      columns: [
        { title: say('Fingerprint', 'Empreinte'), share: 1.4, mono: true },
        { title: say('Query', 'Requête'), share: 7, mono: true },
        { title: say('Runs', 'Exéc.'), align: 'right', share: 1 },
        { title: say('Mean', 'Moyenne'), align: 'right', share: 1.2 },
        { title: say('Fastest', 'Meilleure'), align: 'right', share: 1.2 },
      ],
      rows: shown.map((cost) => [
        cost.fingerprint,
        clipped(cost.normalized, 260),
        number(cost.runs),
        duration((cost.hours * 3_600_000) / cost.runs),
        duration(cost.leastMs),
      ]),
    },
  ];
}
