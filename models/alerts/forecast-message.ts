import { expectedCostText, notEnoughDataText } from './forecast-words.ts';
import { instantText, type Language, listed, type Message } from './message.ts';

export interface ForecastLine {
  job: string;
  probability: number;
  /** Holds the probability; null: not enough data to say. */
  interval: readonly [low: number, high: number] | null;
  expectedFailedRuns: number;
  expectedLostMinutes: number | null;
  /** `group-rate`: not enough data of the job itself. */
  basis: 'model' | 'group-rate';
  /** Sentences, most important first. */
  reasons: { en: string; fr: string }[];
}

const percent = (probability: number): string => `${Math.round(probability * 100)} %`;

/**
 * Tells that the forecast of the coming week is ready, most likely failures first.
 *
 * @param jobs every candidate, sorted by falling probability.
 */
export function forecastReadyMessage(
  cutoffMs: number,
  modelVersion: number,
  jobs: readonly ForecastLine[],
  language: Language,
  pageUrl: string,
): Message {
  const expected = jobs.reduce((sum, job) => sum + job.probability, 0);
  const line = (job: ForecastLine) => {
    const reason =
      job.basis === 'group-rate' ? notEnoughDataText(job.probability, language) : job.reasons[0]?.[language];
    const bounds = job.interval?.map((bound) => Math.round(bound * 100)).join('–');
    const within = bounds === undefined ? '' : ` (${bounds} %)`;
    return `- ${percent(job.probability).padStart(5)}${within}  ${job.job}${reason ? `: ${reason}` : ''}`;
  };
  const table = listed(jobs, line, language);
  const cutoff = instantText(cutoffMs);
  const cost = expectedCostText(jobs, language);
  return language === 'fr'
    ? {
        subject: `Prévision de la semaine : ${jobs.length} traitements, environ ${Math.round(expected)} en échec`,
        text: [
          `Probabilité d'au moins un échec dans les 7 jours après ${cutoff} (modèle version ${modelVersion}), entre parenthèses ses bornes :`,
          table,
          ...(cost === '' ? [] : [`En tout : ${cost}.`]),
          `Jour par jour, avec toutes les raisons : ${pageUrl}`,
        ].join('\n\n'),
      }
    : {
        subject: `Forecast of the week: ${jobs.length} jobs, about ${Math.round(expected)} to fail`,
        text: [
          `Probability of at least one failure in the 7 days after ${cutoff} (model version ${modelVersion}), its bounds in brackets:`,
          table,
          ...(cost === '' ? [] : [`All in all: ${cost}.`]),
          `Day by day, with all reasons: ${pageUrl}`,
        ].join('\n\n'),
      };
}
