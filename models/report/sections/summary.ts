import type { Block } from '../document.ts';
import { recommendationText } from '../recommendation-words.ts';
import { clipped } from '../writer.ts';
import type { Findings, ReportSubject } from './subject.ts';

/** Recommendations of the summary. */
const FIRST = 5;

/** One page that a manager can read. */
export function summarySection({ figures, writer }: ReportSubject, findings: Findings): Block[] {
  const { say, number, percent, hours, change, duration } = writer;
  const now = figures.totals.find(({ inPeriod }) => inPeriod);
  const before = figures.totals.find(({ inPeriod }) => !inPeriod);
  const incidents = figures.incidents.reduce((sum, { opened }) => sum + opened, 0);
  if (now === undefined) {
    return [
      { type: 'heading', level: 1, text: say('Summary', 'Synthèse') },
      {
        type: 'text',
        text: say(
          'No run started in this period: there is nothing to report.',
          "Aucune exécution n'a démarré dans cette période : il n'y a rien à rapporter.",
        ),
      },
    ];
  }
  const against = (value: number, last: number | undefined): string => {
    const text = change(value, last ?? null);
    return text === '' ? '' : say(`${text} on the period before`, `${text} sur la période précédente`);
  };
  const share = now.failed / now.runs;
  const shareBefore = before === undefined || before.runs === 0 ? null : before.failed / before.runs;
  const worst = findings.families[0];
  const urgent = figures.incidents.find(({ severity }) => severity === 'critical');
  const { forecast, earlier } = findings;
  const top = findings.recommendations.slice(0, FIRST);
  return [
    { type: 'heading', level: 1, text: say('Summary', 'Synthèse') },
    {
      type: 'facts',
      facts: [
        { label: say('Runs', 'Exécutions'), value: number(now.runs), note: against(now.runs, before?.runs) },
        {
          label: say('Share of failures', "Part d'échecs"),
          value: percent(share),
          note:
            shareBefore === null
              ? say(`${number(now.failed)} runs`, `${number(now.failed)} exécutions`)
              : say(`${percent(shareBefore)} before`, `${percent(shareBefore)} auparavant`),
        },
        {
          label: say('Run time lost in failures', 'Temps perdu en échecs'),
          value: hours(now.lostHours),
          note: against(now.lostHours, before?.lostHours),
        },
        {
          label: say('Jobs', 'Traitements'),
          value: number(now.jobs),
          note: say(`${number(now.failingJobs)} of them failed`, `dont ${number(now.failingJobs)} en échec`),
        },
        {
          label: say('Run time', "Temps d'exécution"),
          value: hours(now.hours),
          note: against(now.hours, before?.hours),
        },
        {
          label: say('Incidents', 'Incidents'),
          value: number(incidents),
          note: say(
            `${number(urgent?.opened ?? 0)} of them critical`,
            `dont ${number(urgent?.opened ?? 0)} critiques`,
          ),
        },
      ],
    },
    { type: 'heading', level: 2, text: say('In short', 'En bref') },
    {
      type: 'list',
      items: [
        say(
          `${number(now.failed)} of ${number(now.runs)} runs failed (${percent(share)})${shareBefore === null ? '' : `, ${share < shareBefore ? 'fewer' : share > shareBefore ? 'more' : 'as many'} than in the period before (${percent(shareBefore)})`}.`.replace(
            'as many than',
            'as many as',
          ),
          `${number(now.failed)} exécutions sur ${number(now.runs)} ont échoué (${percent(share)})${shareBefore === null ? '' : `, ${share < shareBefore ? 'moins' : share > shareBefore ? 'plus' : 'autant'} que dans la période précédente (${percent(shareBefore)})`}.`.replace(
            'autant que',
            'comme',
          ),
        ),
        ...(worst === undefined || worst.runs === 0
          ? []
          : [
              say(
                `The most frequent error caused ${percent(worst.runs / Math.max(1, now.failed))} of the failures: “${clipped(worst.template === '' ? 'no text' : worst.template, 80)}”.`,
                `L'erreur la plus fréquente explique ${percent(worst.runs / Math.max(1, now.failed))} des échecs : « ${clipped(worst.template === '' ? 'sans message' : worst.template, 80)} ».`,
              ),
            ]),
        ...(urgent === undefined
          ? []
          : [
              say(
                `Critical incidents were taken on after ${minutesText(urgent.toAcknowledgeMinutes, duration)} and were over after ${minutesText(urgent.toResolveMinutes, duration)} (medians).`,
                `Les incidents critiques ont été pris en charge en ${minutesText(urgent.toAcknowledgeMinutes, duration)} et résolus en ${minutesText(urgent.toResolveMinutes, duration)} (médianes).`,
              ),
            ]),
        ...(forecast.weeks.length === 0 || forecast.precision === null
          ? [
              say(
                'No forecast of this period can be judged yet.',
                'Aucune prévision de cette période ne peut encore être jugée.',
              ),
            ]
          : [
              say(
                `Of the jobs that the weekly forecast named first, ${percent(forecast.precision, 0)} did fail.`,
                `Parmi les traitements placés en tête de la prévision hebdomadaire, ${percent(forecast.precision, 0)} ont bien échoué.`,
              ),
            ]),
        ...(earlier.length === 0
          ? []
          : [
              say(
                `Of ${number(earlier.length)} recommendations of the report before, ${number(earlier.filter(({ state }) => state === 'done').length)} are done; ${number(earlier.filter(({ verdict }) => verdict === 'better').length)} of the problems became smaller.`,
                `Sur ${number(earlier.length)} recommandations du rapport précédent, ${number(earlier.filter(({ state }) => state === 'done').length)} sont faites ; ${number(earlier.filter(({ verdict }) => verdict === 'better').length)} des problèmes ont diminué.`,
              ),
            ]),
      ],
    },
    { type: 'heading', level: 2, text: say('What to do first', 'Par quoi commencer') },
    top.length === 0
      ? {
          type: 'text',
          text: say('Nothing is worth a recommendation.', 'Rien ne justifie une recommandation.'),
        }
      : {
          type: 'table',
          caption: say('The most worthwhile recommendations', 'Les recommandations les plus rentables'),
          queries: [],
          columns: [
            { title: say('What to do', 'Que faire'), share: 5 },
            { title: say('Why', 'Pourquoi'), share: 5 },
            { title: say('Gain in 30 days', 'Gain sur 30 jours'), share: 2.6 },
            { title: say('Effort', 'Effort'), share: 3 },
          ],
          rows: top.map((one) => {
            const { action, evidence, gain, effort } = recommendationText(one, writer, findings.nameOf);
            return [action, evidence, gain, effort];
          }),
        },
  ];
}

const minutesText = (minutes: number | null, duration: (ms: number | null) => string): string =>
  duration(minutes === null ? null : minutes * 60_000);
