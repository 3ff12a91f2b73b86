import { themeOf } from './reason-themes.ts';
import type { Sentence } from './sentence.ts';

/** What to do before a job fails, by its name: stored with the forecast. */
const ACTS = {
  'free-disk': {
    en: 'free disk space on its server before it starts',
    fr: 'libérer de la place sur son serveur avant le départ',
  },
  'relieve-server': {
    en: 'look at its server: move other work away from its hours',
    fr: 'regarder son serveur : écarter d’autres travaux de ses heures',
  },
  'check-upstream': {
    en: 'look at the job before it first: it fails along with it',
    fr: 'regarder d’abord le traitement qui le précède : il échoue avec lui',
  },
  'mend-error': {
    en: 'mend the error that comes back before the next run',
    fr: 'corriger l’erreur qui revient avant le prochain passage',
  },
  'mend-now': {
    en: 'it fails just now: open its last failure and mend the cause',
    fr: 'il échoue en ce moment : ouvrir son dernier échec et corriger la cause',
  },
  'check-data': {
    en: 'check what it is to read before it starts',
    fr: 'vérifier avant le départ ce qu’il doit lire',
  },
  'review-change': {
    en: 'have the last change looked at again, and a way back ready',
    fr: 'faire relire le dernier changement, et préparer un retour',
  },
  'make-time': {
    en: 'give it more time: it runs longer or later than it used to',
    fr: 'lui donner plus de temps : il dure plus ou part plus tard qu’avant',
  },
  'watch-calendar': {
    en: 'have somebody there on that day: it is the day, not the job',
    fr: 'prévoir quelqu’un ce jour-là : c’est le jour, non le traitement',
  },
  'watch-first-runs': {
    en: 'watch its first runs: too little is known of it',
    fr: 'surveiller ses premiers passages : on en sait trop peu',
  },
  'keep-rerun-ready': {
    en: 'keep a re-run ready, and its owner within reach',
    fr: 'tenir prête une relance, et son responsable joignable',
  },
} as const satisfies Record<string, Sentence>;

export type WatchAct = keyof typeof ACTS;

const ACT_OF_THEME: Readonly<Record<string, WatchAct>> = {
  disk: 'free-disk',
  memory: 'relieve-server',
  processor: 'relieve-server',
  'host neighbours': 'relieve-server',
  upstream: 'check-upstream',
  errors: 'mend-error',
  'just now': 'mend-now',
  volumes: 'check-data',
  'data of the source': 'check-data',
  changes: 'review-change',
  durations: 'make-time',
  lateness: 'make-time',
  'month end': 'watch-calendar',
  calendar: 'watch-calendar',
  'this weekday': 'watch-calendar',
};

/** What the reason that raises the forecast most suggests to do. */
export function suggestedAct(
  basis: 'model' | 'group-rate',
  reasons: readonly { feature: string; contribution: number }[],
): WatchAct {
  if (basis === 'group-rate') return 'watch-first-runs';
  for (const { feature, contribution } of reasons) {
    const act = contribution > 0 ? ACT_OF_THEME[themeOf(feature)] : undefined;
    if (act !== undefined) return act;
  }
  return 'keep-rerun-ready';
}

/** An act in words; one that was stored by another version of the code is told as the most careful one. */
export const actSentence = (act: string): Sentence =>
  Object.hasOwn(ACTS, act) ? ACTS[act as WatchAct] : ACTS['keep-rerun-ready'];
