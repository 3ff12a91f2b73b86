import type { Language, Message } from './message.ts';

export interface ChampionChange {
  version: number;
  previousVersion: number | null;
  kind: string;
  who: string;
  why: string;
}

/** Release note: another model version makes the forecasts from now on. */
export function championChangedMessage(change: ChampionChange, language: Language, pageUrl: string): Message {
  const { version, previousVersion, kind, who, why } = change;
  return language === 'fr'
    ? {
        subject: `Nouveau modèle de prévision : version ${version} (${kind})`,
        text: [
          previousVersion === null
            ? `La version ${version} (${kind}) est le premier modèle en service.`
            : `La version ${version} (${kind}) remplace la version ${previousVersion}.`,
          `Décidé par : ${who}\nPourquoi : ${why}`,
          `Pour regarder : ${pageUrl}`,
        ].join('\n\n'),
      }
    : {
        subject: `New forecasting model: version ${version} (${kind})`,
        text: [
          previousVersion === null
            ? `Version ${version} (${kind}) is the first model to serve.`
            : `Version ${version} (${kind}) replaces version ${previousVersion}.`,
          `Decided by: ${who}\nWhy: ${why}`,
          `To look: ${pageUrl}`,
        ].join('\n\n'),
      };
}
