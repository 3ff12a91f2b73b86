import { instantText, type Language } from './message.ts';

/** What an act on an incident came to, as people are told. */
export interface SaidOfActs {
  over(id: number): string;
  taken(who: string, id: number): string;
  takenAlready(who: string, id: number): string;
  silenced(id: number, untilMs: number): string;
  silencedAlready(id: number, untilMs: number): string;
  waived(findings: number, id: number): string;
  nothingToWaive(id: number): string;
  rerun(id: number, workflowId: string): string;
  rerunAlready(id: number, workflowId: string): string;
}

export const SAID_OF_ACTS: Record<Language, SaidOfActs> = {
  en: {
    over: (id) => `incident ${id} is over`,
    taken: (who, id) => `${who} has taken on incident ${id}`,
    takenAlready: (who, id) => `${who} has taken on incident ${id} already`,
    silenced: (id, untilMs) => `incident ${id} is silenced until ${instantText(untilMs)}`,
    silencedAlready: (id, untilMs) => `incident ${id} is silenced until ${instantText(untilMs)} already`,
    waived: (findings, id) =>
      `${findings} ${findings === 1 ? 'finding' : 'findings'} of incident ${id} waived; the next look ends what is waived, at a model once a day`,
    nothingToWaive: (id) =>
      `nothing of incident ${id} is left to waive; a source that cannot be loaded and a model that cannot be used end with the next good load or use`,
    rerun: (id, workflowId) => `the victims of incident ${id} run again: see workflow ${workflowId}`,
    rerunAlready: (id, workflowId) =>
      `the victims of incident ${id} run again already: see workflow ${workflowId}`,
  },
  fr: {
    over: (id) => `l’incident ${id} est terminé`,
    taken: (who, id) => `${who} a pris en charge l’incident ${id}`,
    takenAlready: (who, id) => `${who} a déjà pris en charge l’incident ${id}`,
    silenced: (id, untilMs) => `l’incident ${id} est en sourdine jusqu’au ${instantText(untilMs)}`,
    silencedAlready: (id, untilMs) =>
      `l’incident ${id} est déjà en sourdine jusqu’au ${instantText(untilMs)}`,
    waived: (findings, id) =>
      `il est renoncé à ${findings} ${findings === 1 ? 'constat' : 'constats'} de l’incident ${id} ; le prochain passage y met fin, pour un modèle une fois par jour`,
    nothingToWaive: (id) =>
      `il ne reste rien de l’incident ${id} à quoi renoncer ; une source qui ne se charge pas et un modèle inutilisable prennent fin au prochain chargement ou usage réussi`,
    rerun: (id, workflowId) =>
      `les traitements touchés par l’incident ${id} sont relancés : voir le workflow ${workflowId}`,
    rerunAlready: (id, workflowId) =>
      `les traitements touchés par l’incident ${id} sont déjà relancés : voir le workflow ${workflowId}`,
  },
};
