import type { GateCheck } from '../evaluation/gate-check.ts';
import type { Move } from '../promotion/biggest-moves.ts';
import { instantText, type Language, listed, type Message, oneLine } from './message.ts';

/** What a person has to know of a change of the champion. */
export interface ChampionChange {
  version: number;
  previousVersion: number | null;
  kind: string;
  who: string;
  why: string;
  /** When, epoch milliseconds, on the clock of the estate. */
  at: number;
  /** A version that had served before serves again. */
  isRollback: boolean;
  /** What the gate found beside the version that goes. */
  checks: readonly GateCheck[];
  /** The jobs whose forecast changes most; null: not worked out, because somebody waits for the change. */
  moves: readonly Move[] | null;
}

const percent = (probability: number): string => `${Math.round(probability * 100)} %`;

/** Beside the version that goes, and slice by slice: the rest is about the base rates. */
const isForPeople = ({ name }: GateCheck): boolean =>
  /champion|slice/.test(name) && name !== 'first-champion';

/** Release note: another model version makes the forecasts from now on, what that changes, and how to go back. */
export function championChangedMessage(change: ChampionChange, language: Language, pageUrl: string): Message {
  const words = language === 'fr' ? FRENCH : ENGLISH;
  const shown = change.checks.filter(isForPeople);
  const found = (passed: boolean | null) => {
    const sentences = shown.filter((check) => check.passed === passed);
    return listed(sentences, ({ explanation }) => `- ${oneLine(explanation[language], 240)}`, language);
  };
  const parts = [
    words.replaces(change),
    change.isRollback ? words.asBefore : words.fromNowOn,
    [words.better, found(true)],
    [words.worse, found(false)],
    [words.unknown, found(null)],
    change.moves === null ? '' : movesText(change.moves, language),
    words.decided(change),
    change.previousVersion === null || change.isRollback ? '' : words.goBack,
    words.look(pageUrl),
  ];
  return { subject: words.subject(change), text: parts.map(textOf).filter(Boolean).join('\n\n') };
}

/** The jobs whose chance to fail changes most, a line each. */
export function movesText(moves: readonly Move[], language: Language): string {
  const words = language === 'fr' ? FRENCH : ENGLISH;
  if (moves.length === 0) return words.noMoves;
  const line = ({ job, before, after }: Move) =>
    `- ${oneLine(job, 80)}${words.colon} ${percent(before)} → ${percent(after)}`;
  return `${words.moves}\n${listed(moves, line, language)}`;
}

/** A title without anything below it is not told. */
const textOf = (part: string | readonly string[]): string =>
  typeof part === 'string' ? part : part[1] === '' ? '' : part.join('\n');

const ENGLISH = {
  colon: ':',
  subject: ({ version, kind, isRollback }: ChampionChange) =>
    isRollback
      ? `Forecasting model: back to version ${version} (${kind})`
      : `New forecasting model: version ${version} (${kind})`,
  replaces: ({ version, previousVersion, kind, isRollback }: ChampionChange) =>
    previousVersion === null
      ? `Version ${version} (${kind}) is the first model to serve.`
      : isRollback
        ? `Version ${version} (${kind}) serves again instead of version ${previousVersion}.`
        : `Version ${version} (${kind}) replaces version ${previousVersion}.`,
  fromNowOn: 'The forecasts from the next one on are made by it; those that were made stay as they are.',
  asBefore: 'The forecasts from the next one on are made as before; those that were made stay as they are.',
  better: 'What it does better, on weeks that neither had seen:',
  worse: 'What it does worse, or no better:',
  unknown: 'What there is not enough data to say of:',
  moves: 'On what is known now, the chance to fail in the coming week changes most for:',
  noMoves: 'On what is known now, no job gets a notably different chance to fail.',
  decided: ({ who, why, at }: ChampionChange) => `Decided by: ${who}, ${instantText(at)}\nWhy: ${why}`,
  goBack:
    'To go back: the button "Roll back" on the page, or smart-etl model rollback --who NAME --why REASON. It takes seconds.',
  look: (url: string) => `To look: ${url}`,
};

const FRENCH: typeof ENGLISH = {
  colon: ' :',
  subject: ({ version, kind, isRollback }) =>
    isRollback
      ? `Modèle de prévision : retour à la version ${version} (${kind})`
      : `Nouveau modèle de prévision : version ${version} (${kind})`,
  replaces: ({ version, previousVersion, kind, isRollback }) =>
    previousVersion === null
      ? `La version ${version} (${kind}) est le premier modèle en service.`
      : isRollback
        ? `La version ${version} (${kind}) est de nouveau en service à la place de la version ${previousVersion}.`
        : `La version ${version} (${kind}) remplace la version ${previousVersion}.`,
  fromNowOn: 'Elle fait les prévisions à partir de la prochaine ; celles déjà faites ne changent pas.',
  asBefore:
    'Les prévisions sont faites comme avant à partir de la prochaine ; celles déjà faites ne changent pas.',
  better: "Ce qu'elle fait mieux, sur des semaines que ni l'une ni l'autre n'avait vues :",
  worse: "Ce qu'elle fait moins bien, ou pas mieux :",
  unknown: 'Ce que trop peu de données ne permettent pas de dire :',
  moves: "D'après ce qui est connu maintenant, la probabilité d'échec dans la semaine change le plus pour :",
  noMoves:
    "D'après ce qui est connu maintenant, aucun traitement n'a une probabilité d'échec nettement différente.",
  decided: ({ who, why, at }) => `Décidé par : ${who}, ${instantText(at)}\nPourquoi : ${why}`,
  goBack:
    'Pour revenir en arrière : le bouton « Revenir » de la page, ou smart-etl model rollback --who NOM --why RAISON. Cela prend quelques secondes.',
  look: (url) => `Pour regarder : ${url}`,
};
