import { type Language, type Message, oneLine } from './message.ts';

/** A challenger forecast beside the champion and did not prove better. */
export interface TrialOver {
  version: number;
  /** The champion it was compared with. */
  against: number;
  outcome: 'worse' | 'undecided';
  /** Who wanted the trial, and why. */
  who: string;
  why: string;
  /** What the test found, in a sentence. */
  said: { en: string; fr: string };
}

/** The trial of a challenger is over, and the champion stays: what was found, and what can still be done. */
export function trialOverMessage(trial: TrialOver, language: Language, pageUrl: string): Message {
  const { version, against, outcome, said } = trial;
  const who = oneLine(trial.who, 80);
  const why = oneLine(trial.why);
  if (language === 'fr') {
    const found = outcome === 'worse' ? 'moins bonne que le champion' : "pas départagée d'avec le champion";
    return {
      subject: `Modèle de prévision : version ${version}, essai terminé, ${found}`,
      text: [
        `La version ${version} a prévu en silence à côté de la version ${against} ; la voici ${found}. Le champion reste.`,
        said.fr,
        `Essai voulu par : ${who}\nPourquoi : ${why}`,
        "Il n'y a rien à faire ; le prochain entraînement propose une autre version.",
        `Pour regarder : ${pageUrl}`,
      ].join('\n\n'),
    };
  }
  const found = outcome === 'worse' ? 'worse than the champion' : 'not told apart from the champion';
  return {
    subject: `Forecasting model: trial of version ${version} over, ${found}`,
    text: [
      `Version ${version} forecast in silence beside version ${against} and is ${found}. The champion stays.`,
      said.en,
      `Trial wanted by: ${who}\nWhy: ${why}`,
      'Nothing is to be done; the next training proposes another version.',
      `To look: ${pageUrl}`,
    ].join('\n\n'),
  };
}
