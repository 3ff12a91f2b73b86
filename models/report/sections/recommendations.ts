import { COLOURS, categoryAxis, chart, valueAxis } from '../chart-options.ts';
import type { Block } from '../document.ts';
import { riskPriority, worth } from '../recommendation.ts';
import { recommendationText } from '../recommendation-words.ts';
import { clipped } from '../writer.ts';
import type { Findings, ReportSubject } from './subject.ts';

/** What to do, most worthwhile first; and what came of what was recommended before. */
export function recommendationsSection({ writer }: ReportSubject, findings: Findings): Block[] {
  const { say, number } = writer;
  const { recommendations, earlier, nameOf } = findings;
  const heading: Block = { type: 'heading', level: 1, text: say('Recommendations', 'Recommandations') };
  if (recommendations.length === 0 && earlier.length === 0) {
    return [
      heading,
      {
        type: 'text',
        text: say('Nothing is worth a recommendation.', 'Rien ne justifie une recommandation.'),
      },
    ];
  }
  const states = {
    open: say('open', 'ouverte'),
    accepted: say('accepted', 'acceptée'),
    rejected: say('rejected', 'rejetée'),
    done: say('done', 'faite'),
  };
  const verdicts = {
    better: say('better', 'en mieux'),
    same: say('the same', 'inchangé'),
    worse: say('worse', 'en pire'),
    unknown: say('not known', 'inconnu'),
  };
  const texts = recommendations.map((one) => recommendationText(one, writer, nameOf));
  return [
    heading,
    {
      type: 'text',
      text: say(
        'Priority is frequency × severity × non-detection, 1 to 10 each (IEC 60812). The rank weighs it with feasibility: what takes days counts 0.7, what takes weeks 0.45. Gains are upper bounds for 30 days; the next report measures what came of each.',
        'La priorité est fréquence × gravité × non-détection, de 1 à 10 chacune (IEC 60812). Le rang tient aussi compte de la faisabilité : ce qui prend des jours compte pour 0,7, des semaines pour 0,45. Les gains sont des maximums sur 30 jours ; le prochain rapport mesurera les effets.',
      ),
    },
    ...(recommendations.length === 0
      ? []
      : [
          {
            type: 'chart' as const,
            id: 'recommendations',
            caption: say(
              'Priority weighed with feasibility, by rank',
              'Priorité pondérée par la faisabilité, par rang',
            ),
            alternative: say(
              `Bars from rank 1 with ${number(worth(recommendations[0]!))} to rank ${recommendations.length} with ${number(worth(recommendations.at(-1)!))}.`,
              `Barres du rang 1 (${number(worth(recommendations[0]!))}) au rang ${recommendations.length} (${number(worth(recommendations.at(-1)!))}).`,
            ),
            heightPx: 150,
            queries: [],
            option: chart({
              xAxis: categoryAxis(recommendations.map((_, at) => String(at + 1))),
              yAxis: valueAxis('', (value) => number(value)),
              series: [{ type: 'bar', itemStyle: { color: COLOURS.runs }, data: recommendations.map(worth) }],
            }),
          },
          {
            type: 'table' as const,
            caption: say('Recommendations by rank', 'Recommandations par rang'),
            queries: [],
            columns: [
              { title: say('No.', 'N°'), align: 'right' as const, share: 0.6 },
              { title: say('What to do', 'Que faire'), share: 4.6 },
              { title: say('Evidence', 'Éléments'), share: 4.8 },
              { title: say('Gain in 30 days', 'Gain sur 30 jours'), share: 2.4 },
              { title: say('Effort', 'Effort'), share: 2.8 },
              { title: say('F × S × D', 'F × G × D'), align: 'right' as const, share: 1.7 },
            ],
            rows: recommendations.map((one, at) => [
              String(at + 1),
              texts[at]!.action,
              texts[at]!.evidence,
              texts[at]!.gain,
              texts[at]!.effort,
              `${one.frequency} × ${one.severity} × ${one.nonDetection} = ${number(riskPriority(one))}`,
            ]),
          },
        ]),
    { type: 'heading', level: 2, text: say('What came of the report before', 'Suites du rapport précédent') },
    earlier.length === 0
      ? {
          type: 'text',
          text: say(
            'There is no earlier report of a period of this length.',
            "Il n'existe pas de rapport antérieur sur une période de cette durée.",
          ),
        }
      : {
          type: 'table',
          caption: say(
            `Recommendations of ${earlier[0]!.period}, measured again`,
            `Recommandations de ${earlier[0]!.period}, mesurées à nouveau`,
          ),
          queries: ['earlier-recommendations'],
          columns: [
            { title: say('No.', 'N°'), align: 'right', share: 0.6 },
            { title: say('Kind', 'Type'), share: 2 },
            { title: say('Subject', 'Objet'), share: 4.5 },
            { title: say('State', 'État'), share: 1.3 },
            { title: say('Then', 'Avant'), align: 'right', share: 1.1 },
            { title: say('Now', 'Maintenant'), align: 'right', share: 1.5 },
            { title: say('Result', 'Résultat'), share: 1.3 },
          ],
          rows: earlier.map((row) => [
            String(row.rank),
            row.kind,
            clipped(nameOf(row.subject), 60),
            states[row.state],
            number(row.measured, 1),
            number(row.now, 1),
            verdicts[row.verdict],
          ]),
        },
  ];
}
