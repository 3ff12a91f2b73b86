import { brierScore } from '../evaluation/brier-score.ts';
import { hitsAt } from '../evaluation/hits-at.ts';
import { instantText, type Language, listed, type Message, oneLine } from './message.ts';

/** A job in the week of a forecast. */
export interface ForecastOutcome {
  job: string;
  /** Of failing in the week; null of a job that the forecast did not cover. */
  probability: number | null;
  /** 1 is the most likely to fail; null as above. */
  rank: number | null;
  failed: boolean;
  /** Share of its weeks with a failure, as known at the cutoff; null or left out: not known. */
  baseRate?: number | null;
}

/** Messages about incidents in a week, and answers to whether they were useful. */
export interface WeekOfAlerts {
  sent: number;
  dead: number;
  useful: number;
  notUseful: number;
}

export interface ScoreCard {
  jobs: number;
  failed: number;
  /** Sum of the probabilities. */
  expected: number;
  /** Of the `checked` most likely ones, those that failed; not whole where equal probabilities share the last place. */
  hits: number;
  checked: number;
  /** hits / failed; null when none failed. */
  recall: number | null;
  /** Of the `checked`, those that did not fail. */
  falseAlarms: number;
  /** Hits among as many jobs with the highest share of failing weeks: what needs no model; null: not known. */
  baseHits: number | null;
  /** Null without jobs. */
  brier: number | null;
  /** The same if every job had been given the share that failed. */
  brierOfShare: number | null;
  /** Failed and not among those to check, the most likely first; then those that were not forecast. */
  misses: readonly ForecastOutcome[];
}

/** Jobs that a team looks at before they fail. */
export const CHECKED = 10;

/** A forecast against what happened in its week. */
export function scoreCard(outcomes: readonly ForecastOutcome[]): ScoreCard {
  const covered = outcomes.filter(({ probability }) => probability !== null);
  const labels = Uint8Array.from(covered, ({ failed }) => Number(failed));
  const scores = Float64Array.from(covered, ({ probability }) => probability!);
  const failed = labels.reduce((sum, label) => sum + label, 0);
  const { hits, checked, recall } = hitsAt(CHECKED, labels, scores, new Int32Array(covered.length));
  const share = new Float64Array(covered.length).fill(covered.length === 0 ? 0 : failed / covered.length);
  return {
    jobs: covered.length,
    failed,
    expected: scores.reduce((sum, score) => sum + score, 0),
    hits,
    checked,
    recall,
    falseAlarms: checked - hits,
    baseHits: baseHitsOf(covered, labels),
    brier: brierScore(labels, scores),
    brierOfShare: brierScore(labels, share),
    misses: outcomes.filter((one) => one.failed && (one.rank === null || one.rank > CHECKED)),
  };
}

function baseHitsOf(covered: readonly ForecastOutcome[], labels: Uint8Array): number | null {
  if (covered.length === 0 || covered.some(({ baseRate }) => baseRate == null)) return null;
  const rates = Float64Array.from(covered, ({ baseRate }) => baseRate!);
  return hitsAt(CHECKED, labels, rates, new Int32Array(covered.length)).hits;
}

/** The forecast of an earlier week, for the trend. */
export type EarlierCard = Pick<ScoreCard, 'hits' | 'checked' | 'recall' | 'failed'>;

/** How the forecast of last week and the alerts of that week did, for the people who got both. */
export function scoreCardMessage(
  cutoffMs: number,
  modelVersion: number,
  card: ScoreCard,
  alerts: WeekOfAlerts,
  language: Language,
  pageUrl: string,
  /** The weeks before, the newest first. */
  earlier: readonly EarlierCard[] = [],
): Message {
  const isFrench = language === 'fr';
  const number = (value: number, digits: number): string =>
    new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const from = instantText(cutoffMs);
  const miss = ({ job, probability }: ForecastOutcome): string => {
    const said = probability === null ? (isFrench ? 'hors prévision' : 'not forecast') : percent(probability);
    return `- ${oneLine(job, 80)}: ${said}`;
  };
  const answers = alerts.useful + alerts.notUseful;
  const paragraphs = isFrench
    ? [
        `Prévision du ${from} (modèle version ${modelVersion}) : ${number(card.expected, 1)} traitements attendus en échec sur ${card.jobs}, ${card.failed} l'ont été.`,
        hitsText(card, language),
        ...trendText(card, earlier, language),
        card.brier === null
          ? 'Score de Brier : pas de données.'
          : `Score de Brier : ${number(card.brier, 3)} (${number(card.brierOfShare!, 3)} en donnant à tous la même probabilité ; 0 serait parfait).`,
        card.misses.length === 0
          ? 'Aucun échec hors de ces premiers.'
          : `Échecs hors de ces premiers :\n${listed(card.misses, miss, language)}`,
        `Alertes de la semaine : ${alerts.sent} envoyées, ${alerts.dead} abandonnées. ${
          answers === 0
            ? "Personne n'a dit si elles étaient utiles."
            : `Utiles : ${percent(alerts.useful / answers)} de ${answers} réponses.`
        }`,
        `Pour regarder : ${pageUrl}`,
      ]
    : [
        `Forecast of ${from} (model version ${modelVersion}): ${number(card.expected, 1)} of ${card.jobs} jobs expected to fail, ${card.failed} did.`,
        hitsText(card, language),
        ...trendText(card, earlier, language),
        card.brier === null
          ? 'Brier score: no data.'
          : `Brier score: ${number(card.brier, 3)} (${number(card.brierOfShare!, 3)} by giving all the same probability; 0 would be perfect).`,
        card.misses.length === 0
          ? 'No failures beyond these.'
          : `Failures beyond these:\n${listed(card.misses, miss, language)}`,
        `Alerts of the week: ${alerts.sent} sent, ${alerts.dead} given up. ${
          answers === 0
            ? 'Nobody said whether they were useful.'
            : `Useful: ${percent(alerts.useful / answers)} of ${answers} answers.`
        }`,
        `To look: ${pageUrl}`,
      ];
  const hits = number(card.hits, 1);
  return {
    subject: isFrench
      ? `Bilan de la prévision : ${hits} sur ${card.checked} annoncés ont échoué`
      : `Score of the forecast: ${hits} of ${card.checked} announced failed`,
    text: paragraphs.join('\n\n'),
  };
}

/** Hits, false alarms, and what a rate would have hit. */
function hitsText({ checked, hits, recall, falseAlarms, baseHits }: ScoreCard, language: Language): string {
  const number = (value: number) =>
    new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
  const share = recall === null ? null : `${Math.round(100 * recall)} %`;
  if (language === 'fr') {
    const found = share === null ? '' : ` (${share} de tous les échecs)`;
    const rate =
      baseHits === null
        ? ''
        : ` Les ${checked} au plus fort taux passé en auraient donné ${number(baseHits)}.`;
    return `Parmi les ${checked} premiers de la liste, ${number(hits)} ont échoué${found} ; fausses alertes : ${number(falseAlarms)}.${rate}`;
  }
  const found = share === null ? '' : ` (${share} of all failures)`;
  const rate =
    baseHits === null
      ? ''
      : ` The ${checked} with the highest past rate would have given ${number(baseHits)}.`;
  return `Of the first ${checked} on the list ${number(hits)} failed${found}; false alarms: ${number(falseAlarms)}.${rate}`;
}

/** Recall of this week beside that of the weeks before; nothing without any. */
function trendText({ recall }: ScoreCard, earlier: readonly EarlierCard[], language: Language): string[] {
  const before = earlier.flatMap((card) => card.recall ?? []);
  if (recall === null || before.length === 0) return [];
  const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
  const change = Math.round(100 * recall) - Math.round(100 * mean);
  const listed = earlier
    .map((card) => (card.recall === null ? '-' : `${Math.round(100 * card.recall)} %`))
    .join(', ');
  return [
    language === 'fr'
      ? `Part des échecs annoncée : ${change > 0 ? 'en hausse' : change < 0 ? 'en baisse' : 'stable'} (semaines d'avant, la plus récente d'abord : ${listed}).`
      : `Share of the failures announced: ${change > 0 ? 'up' : change < 0 ? 'down' : 'unchanged'} (the weeks before, newest first: ${listed}).`,
  ];
}
