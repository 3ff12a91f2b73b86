import { plural, pluralFr } from '../words.ts';

/** Words of one incident. */
export const WORDS = {
  back: ['All incidents', 'Tous les incidents'],
  state: ['State', 'État'],
  severity: ['Severity', 'Gravité'],
  since: ['Since', 'Depuis'],
  until: ['Until', 'Jusqu’à'],
  lastSuccess: ['Last success', 'Dernier succès'],
  neverSucceeded: ['none known', 'aucun connu'],
  difference: ['Against normal', 'Écart à la normale'],
  owner: ['Owner', 'Responsable'],
  host: ['Server', 'Serveur'],
  silenced: ['Silenced until', 'En sourdine jusqu’au'],
  criticality: ['Matters', 'Importance'],
  criticalities: [
    (level: number) =>
      ['', 'a truck waits for it', 'high', 'ordinary', 'nobody notices'][level] ?? 'not told',
    (level: number) =>
      ['', 'un camion attend', 'élevée', 'ordinaire', 'personne ne remarque'][level] ?? 'inconnue',
  ],
  errorTitle: ['What the log says', 'Ce que dit le journal'],
  foundTitle: ['What was found', 'Ce qui a été constaté'],
  metric: ['Measure', 'Mesure'],
  causeItself: ['Nothing outside of it explains it.', 'Rien d’extérieur ne l’explique.'],
  over: ['It is over: nothing is left to do.', 'Il est terminé : rien ne reste à faire.'],
  causesTitle: ['Probable causes', 'Causes probables'],
  causesSubtitle: ['The likeliest first', 'La plus probable d’abord'],
  findingsTitle: ['What is wrong', 'Ce qui ne va pas'],
  about: ['About', 'Sujet'],
  what: ['What', 'Quoi'],
  role: ['Role', 'Rôle'],
  ended: ['Ended', 'Terminé'],
  lasts: ['lasts', 'dure encore'],
  threatenedTitle: ['Who may suffer next', 'Qui risque d’en souffrir'],
  threatenedSubtitle: [
    'Jobs that follow what is wrong, and are well so far',
    'Traitements qui en dépendent et vont encore bien',
  ],
  threatenedNone: ['No job is known to wait for this.', 'Aucun traitement connu n’en dépend.'],
  more: [(n: number) => `and ${n} more`, (n: number) => `et ${n} de plus`],
  toldTitle: ['Who was told', 'Qui a été prévenu'],
  toldNone: ['Nobody was told of it yet.', 'Personne n’a encore été prévenu.'],
  receiver: ['To whom, and the answer', 'À qui, et la réponse'],
  toldClock: [
    'Here the hours are those of the server; the incident has those of its data.',
    'Ici les heures sont celles du serveur ; l’incident a celles de ses données.',
  ],
  told: ['About', 'À propos'],
  when: ['When', 'Quand'],
  state2: ['State', 'État'],
  subject: ['Subject', 'Objet'],
  doneTitle: ['What was done', 'Ce qui a été fait'],
  doneNone: ['Nobody has done anything about it yet.', 'Personne n’a encore rien fait.'],
  rerunTitle: ['Runs asked for again', 'Relances'],
  rerunBy: [
    (who: string, why: string) => `asked by ${who}: ${why}`,
    (who: string, why: string) => `demandé par ${who} : ${why}`,
  ],
  rerunProgress: [
    (done: number, all: number) => `${done} of ${all} ${plural(all, 'job', 'jobs')} done`,
    (done: number, all: number) =>
      `${done} sur ${all} ${pluralFr(all, 'traitement fait', 'traitements faits')}`,
  ],
  proof: [(runKey: string) => `proof: run ${runKey}`, (runKey: string) => `preuve : exécution ${runKey}`],
  byHand: [(who: string) => `by hand, said by ${who}`, (who: string) => `à la main, d’après ${who}`],
  usefulTitle: ['Was it useful to be told?', 'Était-il utile d’être prévenu ?'],
  useful: ['Useful', 'Utile'],
  notUseful: ['Not useful', 'Pas utile'],
  usefulNow: [
    (yes: number, no: number) => `${yes} useful, ${no} not`,
    (yes: number, no: number) => `${yes} utile, ${no} non`,
  ],
  thanks: ['Thank you: it is kept.', 'Merci : c’est noté.'],
  whoFirst: ['Your name', 'Votre nom'],
  workflow: ['Workflow of this incident', 'Workflow de cet incident'],
  rerunWorkflow: ['Workflow', 'Workflow'],
} as const;

/** What happens to an incident that people are told of, and what they do about it; other words stay as they are. */
export const EVENT_WORDS: Readonly<Record<string, readonly [en: string, fr: string]>> = {
  opened: ['it began', 'début'],
  worsened: ['it got worse', 'aggravation'],
  reminder: ['reminder', 'rappel'],
  escalated: ['escalated', 'escalade'],
  resolved: ['it is over', 'fin'],
  'incident-acknowledge': ['took it on', 'a pris en charge'],
  'incident-silence': ['silenced it', 'a mis en sourdine'],
  'incident-waive': ['waived it', 'y a renoncé'],
  rerun: ['ran it again', 'a relancé'],
  'rerun-done-by-hand': ['did it by hand', 'l’a fait à la main'],
};

export const RERUN_WORDS: Readonly<Record<string, readonly [en: string, fr: string]>> = {
  waiting: ['waits for others', 'attend les autres'],
  asking: ['being asked', 'demande en cours'],
  asked: ['asked, not started yet', 'demandé, pas encore parti'],
  started: ['runs', 'tourne'],
  'by-hand': ['to be run by hand', 'à lancer à la main'],
  succeeded: ['succeeded', 'réussi'],
  failed: ['failed again', 'encore échoué'],
  'not-started': ['did not start', 'n’est pas parti'],
  'no-way': ['cannot be asked', 'impossible à demander'],
  skipped: ['left out', 'laissé de côté'],
};
