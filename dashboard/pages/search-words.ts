import { plural, pluralFr } from '../words.ts';

/** Words of the search. */
export const WORDS = {
  what: [
    'A job, a run, an incident, a file or an error text',
    'Un traitement, une exécution, un incident, un fichier ou un texte d’erreur',
  ],
  hint: [
    'Two letters are enough. Capital or small letters do not matter.',
    'Deux lettres suffisent. Majuscules et minuscules ne comptent pas.',
  ],
  tooShort: ['Type one more letter.', 'Encore une lettre.'],
  none: [
    (asked: string) => `Nothing is like “${asked}”.`,
    (asked: string) => `Rien ne ressemble à « ${asked} ».`,
  ],
  noneHow: [
    'Runs are found by their whole key; errors among the last 5,000 failures.',
    'Une exécution se trouve par sa clé entière ; une erreur parmi les 5 000 derniers échecs.',
  ],
  jobs: ['Jobs', 'Traitements'],
  runs: ['Runs', 'Exécutions'],
  errors: ['Errors', 'Erreurs'],
  incidents: ['Incidents', 'Incidents'],
  files: ['Files', 'Fichiers'],
  atLeast: [
    (n: number) => `the first ${n}`,
    (n: number) => `${pluralFr(n, 'le premier', `les ${n} premiers`)}`,
  ],
  found: [
    (n: number) => `${n} ${plural(n, 'thing', 'things')} found`,
    (n: number) => `${n} ${pluralFr(n, 'résultat', 'résultats')}`,
  ],
  incident: [(id: number) => `Incident ${id}`, (id: number) => `Incident ${id}`],
} as const;
