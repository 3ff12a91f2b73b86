import { actSentence } from '../forecast/watch-acts.ts';
import { expectedCostText, notEnoughDataText } from './forecast-words.ts';
import { instantText, type Language, listed, type Message, oneLine } from './message.ts';

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
  /** What a person says of it instead; probability null: to be ignored. */
  override?: { probability: number | null; who: string; why: string } | null;
}

/** The few job-days that hold most of the failures expected. */
export interface ForecastWatch {
  items: readonly { job: string; horizonDay: number; probability: number; act: string }[];
  /** What they hold of all failed job-days expected, 0 to 1. */
  share: number;
  /** Job-days as likely as the last of the list that are not on it. */
  asLikely: number;
}

const percent = (probability: number): string => `${Math.round(probability * 100)} %`;

/**
 * Tells that the forecast of the coming week is ready, most likely failures first.
 *
 * @param forecast `jobs`: every candidate, sorted by falling probability; `watch`: where to look first.
 * @param insteadOf the champion, where it could not be used and `modelVersion` served in its place
 */
export function forecastReadyMessage(
  cutoffMs: number,
  modelVersion: number,
  { jobs, watch }: { jobs: readonly ForecastLine[]; watch: ForecastWatch },
  language: Language,
  pageUrl: string,
  insteadOf: number | null = null,
): Message {
  const expected = jobs.reduce((sum, job) => sum + job.probability, 0);
  const line = (job: ForecastLine) => {
    const reason =
      job.basis === 'group-rate' ? notEnoughDataText(job.probability, language) : job.reasons[0]?.[language];
    const bounds = job.interval?.map((bound) => Math.round(bound * 100)).join('–');
    const within = bounds === undefined ? '' : ` (${bounds} %)`;
    return `- ${percent(job.probability).padStart(5)}${within}  ${job.job}${reason ? `: ${reason}` : ''}${overrideText(job, language)}`;
  };
  const instead = (place: string, why: string) =>
    insteadOf === null ? '' : `, ${place} ${insteadOf}, ${why}`;
  const table = listed(jobs, line, language);
  const cutoff = instantText(cutoffMs);
  const cost = expectedCostText(jobs, language);
  const look = watchText(cutoffMs, watch, language);
  return language === 'fr'
    ? {
        subject: `Prévision de la semaine : ${jobs.length} traitements, environ ${Math.round(expected)} en échec`,
        text: [
          ...(look === '' ? [] : [look]),
          `Probabilité d'au moins un échec dans les 7 jours après ${cutoff} (modèle version ${modelVersion}${instead('à la place de la version', 'inutilisable')}), entre parenthèses ses bornes :`,
          table,
          ...(cost === '' ? [] : [`En tout : ${cost}.`]),
          `Jour par jour, avec toutes les raisons : ${pageUrl}`,
        ].join('\n\n'),
      }
    : {
        subject: `Forecast of the week: ${jobs.length} jobs, about ${Math.round(expected)} to fail`,
        text: [
          ...(look === '' ? [] : [look]),
          `Probability of at least one failure in the 7 days after ${cutoff} (model version ${modelVersion}${instead('in the place of version', 'which cannot be used')}), its bounds in brackets:`,
          table,
          ...(cost === '' ? [] : [`All in all: ${cost}.`]),
          `Day by day, with all reasons: ${pageUrl}`,
        ].join('\n\n'),
      };
}

/** What a person says stands beside what the model says, never instead of it. */
function overrideText({ override }: ForecastLine, language: Language): string {
  if (!override) return '';
  const { probability, who, why } = override;
  const said =
    probability !== null ? percent(probability) : language === 'fr' ? 'à ignorer' : 'to be ignored';
  return language === 'fr'
    ? ` [${oneLine(who, 60)} dit : ${said} — ${oneLine(why, 120)}]`
    : ` [${oneLine(who, 60)} says: ${said} — ${oneLine(why, 120)}]`;
}

const DAY_MS = 86_400_000;

/** Where to look first, when, and what to do; '' where nothing is expected to fail. */
function watchText(cutoffMs: number, { items, share, asLikely }: ForecastWatch, language: Language): string {
  if (items.length === 0) return '';
  const isFrench = language === 'fr';
  const held = percent(share);
  const line = ({ job, horizonDay, probability, act }: ForecastWatch['items'][number]) => {
    const from = instantText(cutoffMs + (horizonDay - 1) * DAY_MS);
    const told = actSentence(act)[language];
    return isFrench
      ? `- ${percent(probability).padStart(5)}  ${oneLine(job, 80)}, les 24 h dès ${from} : ${told}`
      : `- ${percent(probability).padStart(5)}  ${oneLine(job, 80)}, the 24 h from ${from}: ${told}`;
  };
  const n = items.length;
  const title = isFrench
    ? n === 1
      ? `À surveiller : ce traitement et ce jour portent ${held} des échecs attendus :`
      : `À surveiller : ces ${n} couples traitement-jour portent ${held} des échecs attendus :`
    : n === 1
      ? `To watch: this job-day holds ${held} of the expected failures:`
      : `To watch: these ${n} job-days hold ${held} of the expected failures:`;
  const others =
    asLikely === 0
      ? []
      : [
          isFrench
            ? `(${asLikely} autres aussi probables que le dernier)`
            : `(${asLikely} more as likely as the last)`,
        ];
  return [title, ...items.map(line), ...others].join('\n');
}
