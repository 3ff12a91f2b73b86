import { plural, pluralFr } from './words.ts';

/** Words of the state at a glance. */
export const GLANCE_WORDS = {
  asOfNow: ['Now', 'Maintenant'],
  asOfData: ['Time of the data', 'Temps des données'],
  asOfDataWhy: [
    'The clock stands at the last arrival: this is old or simulated data.',
    'L’horloge est arrêtée à la dernière arrivée : données anciennes ou simulées.',
  ],
  empty: ['Nothing has been loaded yet', 'Rien n’a encore été chargé'],
  quiet: ['All quiet', 'Tout va bien'],
  quietDetail: [
    'No job is failing, every file was readable, every message was delivered.',
    'Aucun traitement en échec, tous les fichiers lisibles, tous les messages remis.',
  ],
  unreachable: ['The database does not answer', 'La base de données ne répond pas'],
  offline: ['The server does not answer', 'Le serveur ne répond pas'],
  runsLoaded: ['Runs loaded', 'Exécutions chargées'],
  failed24h: ['Failed in 24 h', 'Échecs en 24 h'],
  openIncidents: ['Open incidents', 'Incidents ouverts'],
  filesCollected: ['Files', 'Fichiers'],
  rowsQuarantined: ['Rows in quarantine', 'Lignes en quarantaine'],
  failing: [
    (n: number) => `${n} ${plural(n, 'incident is', 'incidents are')} open`,
    (n: number) => `${n} ${pluralFr(n, 'incident est ouvert', 'incidents sont ouverts')}`,
  ],
  refused: [
    (n: number) => `${n} ${plural(n, 'file was', 'files were')} refused`,
    (n: number) => `${n} ${pluralFr(n, 'fichier refusé', 'fichiers refusés')}`,
  ],
  dead: [
    (n: number) => `${n} ${plural(n, 'message was', 'messages were')} not delivered`,
    (n: number) => `${n} ${pluralFr(n, 'message non remis', 'messages non remis')}`,
  ],
  silent: [
    (ago: string) => `Nothing has arrived for ${ago}`,
    (ago: string) => `Rien n’est arrivé depuis ${ago}`,
  ],
  names: [
    (names: string, more: number) => (more > 0 ? `${names} and ${more} more.` : `${names}.`),
    (names: string, more: number) => (more > 0 ? `${names} et ${more} de plus.` : `${names}.`),
  ],
} as const;
