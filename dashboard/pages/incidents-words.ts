import { plural, pluralFr } from '../words.ts';

/** Words of the list of incidents. */
export const WORDS = {
  subtitle: ['One line a cause, the worst first', 'Une ligne par cause, la plus grave d’abord'],
  state: ['Show', 'Afficher'],
  openOnes: ['What lasts', 'En cours'],
  endedOnes: ['What is over', 'Terminés'],
  allOnes: ['All', 'Tous'],
  severity: ['Severity', 'Gravité'],
  kind: ['What happened', 'Ce qui s’est passé'],
  every: ['any', 'indifférent'],
  owner: ['Owner', 'Responsable'],
  host: ['Server', 'Serveur'],
  text: ['Name or error text', 'Nom ou texte d’erreur'],
  found: [
    (n: number, more: boolean) => `${n} ${plural(n, 'incident', 'incidents')}${more ? ' or more' : ''}`,
    (n: number, more: boolean) => `${n} ${pluralFr(n, 'incident', 'incidents')}${more ? ' ou plus' : ''}`,
  ],
  jobs: [(n: number) => `${n} jobs`, (n: number) => `${n} traitements`],
  noneFound: ['No incident is like this.', 'Aucun incident ne correspond.'],
  noneFoundHow: ['Take a filter away to see more.', 'Enlevez un filtre pour en voir plus.'],
  more: ['Show more', 'En afficher plus'],
  tooMany: [
    (n: number) => `These are the first ${n}: narrow them down with the filters.`,
    (n: number) => `Voici les ${n} premiers : affinez avec les filtres.`,
  ],
  toldTitle: ['Messages', 'Messages'],
  toldSubtitle: ['Who was told what, the newest first', 'Qui a été prévenu de quoi, le plus récent d’abord'],
} as const;
