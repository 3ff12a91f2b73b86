import type { Language, Message } from '../alerts/message.ts';
import { periodName, type ReportHeadline } from './build-report.ts';
import type { Period } from './period.ts';
import type { Recommendation } from './recommendation.ts';
import { recommendationText } from './recommendation-words.ts';
import { createWriter } from './writer.ts';

const FIRST = 3;

/**
 * Tells that a report is ready: its summary, what to do first and where to read it.
 *
 * @param language of the message; the report may be in the other one
 * @param recommendations most worthwhile first
 */
export function reportReadyMessage(
  period: Pick<Period, 'id' | 'kind'>,
  headline: ReportHeadline,
  recommendations: readonly Recommendation[],
  language: Language,
  url: string,
): Message {
  const writer = createWriter(language);
  const { say, number, percent, hours } = writer;
  const name = periodName(period, language);
  const { runs, failed, jobs, lostHours, incidents } = headline;
  const share = percent(runs === 0 ? null : failed / runs);
  const line = (one: Recommendation): string => {
    const { action, evidence, gain } = recommendationText(one, writer, (job) => job);
    return say(
      `- ${action}: ${evidence} (${gain} in 30 days)`,
      `- ${action} : ${evidence} (${gain} sur 30 jours)`,
    );
  };
  return {
    subject: say(
      `ETL report, ${name}: ${number(runs)} runs, ${share} failed`,
      `Rapport ETL, ${name} : ${number(runs)} exécutions, ${share} en échec`,
    ),
    text: [
      say(
        `${number(failed)} of ${number(runs)} runs of ${number(jobs)} jobs failed; failed runs took ${hours(lostHours)}. ${number(incidents)} incidents.`,
        `${number(failed)} exécutions sur ${number(runs)} (${number(jobs)} traitements) ont échoué ; elles ont pris ${hours(lostHours)}. ${number(incidents)} incidents.`,
      ),
      ...(recommendations.length === 0
        ? []
        : [
            `${say('What to do first:', 'Par quoi commencer :')}\n${recommendations.slice(0, FIRST).map(line).join('\n')}`,
          ]),
      say(`The report (PDF): ${url}`, `Le rapport (PDF) : ${url}`),
    ].join('\n\n'),
  };
}
