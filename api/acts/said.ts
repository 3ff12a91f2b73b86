import type { FastifyRequest } from 'fastify';
import type { RecommendationState } from '../../models/report/recommendation.ts';
import { SECOND_PERSON } from '../../workflows/names.ts';
import { type Language, languageOf } from '../page/page-language.ts';

/** What an act came to, or why it did not, as the person who asked for it is told. */
export interface Said {
  underWay(workflowId: string): string;
  /** In the words of what refused it. */
  notDone(reason: string): string;
  champion(name: string): string;
  championAlready(name: string): string;
  secondPerson(name: string, who: string): string;
  rejected(name: string, who: string): string;
  rolledBack(name: string): string;
  onTrial(name: string, days: number): string;
  trialTaken(version: number, until: string): string;
  championChanged(champion: number, from: number): string;
  nothingWaits: string;
  tagged(key: string, name: string): string;
  untagged(key: string, name: string): string;
  override(job: string, until: string): string;
  overrideWithdrawn(job: string): string;
  recommendation(state: RecommendationState): string;
  beingDecided: string;
  released(source: string, workflowId: string): string;
  replayed(workflowId: string): string;
  incidentOver(id: number): string;
}

const STATES_FR: Record<RecommendationState, string> = {
  open: 'ouverte',
  accepted: 'acceptée',
  rejected: 'écartée',
  done: 'faite',
};

const SAID: Record<Language, Said> = {
  en: {
    underWay: (workflowId) => `It is under way: see workflow ${workflowId}`,
    notDone: (reason) => reason,
    champion: (name) => `${name} is the champion`,
    championAlready: (name) => `${name} is the champion already`,
    secondPerson: (name, who) => `${name} approved by ${who}: ${SECOND_PERSON}`,
    rejected: (name, who) => `${name} rejected by ${who}`,
    rolledBack: (name) => `${name} is rolled back`,
    onTrial: (name, days) => `${name} forecasts beside the champion for ${days} days`,
    trialTaken: (version, until) => `Version ${version} is on trial until ${until}.`,
    championChanged: (champion, from) =>
      `The champion is version ${champion} by now, not ${from}: nothing was done.`,
    nothingWaits: 'Nothing waits for a decision about it.',
    tagged: (key, name) => `The tag ${key} is on ${name}`,
    untagged: (key, name) => `The tag ${key} is not on ${name}`,
    override: (job, until) => `What you say of ${job} stands beside the forecast until ${until}`,
    overrideWithdrawn: (job) => `Of ${job} the forecast stands alone`,
    recommendation: (state) => `It is ${state}`,
    beingDecided: 'Somebody is deciding about it at this moment. Look again what they said.',
    released: (source, workflowId) => `${source} is being released: see workflow ${workflowId}`,
    replayed: (workflowId) => `The refused rows are being read again: see workflow ${workflowId}`,
    incidentOver: (id) => `Incident ${id} is over.`,
  },
  fr: {
    underWay: (workflowId) => `C’est en cours : voir le workflow ${workflowId}`,
    notDone: (reason) => `Cela n’a pas été fait. Réponse du serveur : « ${reason} »`,
    champion: (name) => `${name} est le champion`,
    championAlready: (name) => `${name} est déjà le champion`,
    secondPerson: (name, who) => `${name} approuvé par ${who} : une seconde personne doit approuver`,
    rejected: (name, who) => `${name} refusé par ${who}`,
    rolledBack: (name) => `${name} n’est plus le champion`,
    onTrial: (name, days) => `${name} prévoit à côté du champion pendant ${days} jours`,
    trialTaken: (version, until) => `La version ${version} est à l’essai jusqu’au ${until}.`,
    championChanged: (champion, from) =>
      `Le champion est désormais la version ${champion}, non plus ${from} : rien n’a été fait.`,
    nothingWaits: 'Rien n’attend de décision à son sujet.',
    tagged: (key, name) => `L’étiquette ${key} est sur ${name}`,
    untagged: (key, name) => `L’étiquette ${key} n’est pas sur ${name}`,
    override: (job, until) => `Ce que vous dites de ${job} figure à côté de la prévision jusqu’au ${until}`,
    overrideWithdrawn: (job) => `Pour ${job}, la prévision vaut seule`,
    recommendation: (state) => `Elle est ${STATES_FR[state]}`,
    beingDecided: 'Quelqu’un en décide en ce moment. Relisez ce qui a été dit.',
    released: (source, workflowId) => `${source} est en cours de libération : voir le workflow ${workflowId}`,
    replayed: (workflowId) => `Les lignes refusées sont relues : voir le workflow ${workflowId}`,
    incidentOver: (id) => `L’incident ${id} est terminé.`,
  },
};

/** The language an answer is asked for in; English where nobody says. */
export const askedLanguage = (request: FastifyRequest): Language =>
  languageOf(request.headers['accept-language'], 'en');

/** What to say to whoever asks. */
export const saidTo = (request: FastifyRequest): Said => SAID[askedLanguage(request)];
export const saidIn = (language: Language): Said => SAID[language];
