import { plural, pluralFr } from '../words.ts';

/** Words of data quality and quarantine. */
export const WORDS = {
  sourcesTitle: ['Sources and their contracts', 'Les sources et leurs contrats'],
  sourcesSubtitle: ['What waits for a decision of yours', 'Ce qui attend une décision de votre part'],
  sourcesNone: ['No source is configured.', 'Aucune source n’est configurée.'],
  contract: ['Contract', 'Contrat'],
  contractOf: [(version: number) => `version ${version}`, (version: number) => `version ${version}`],
  acceptedBy: [(who: string) => `accepted by ${who}`, (who: string) => `accepté par ${who}`],
  noContract: ['none', 'aucun'],
  last: ['Last file', 'Dernier fichier'],
  waiting: ['Waiting', 'En attente'],
  held: ['Held', 'Retenus'],
  refused: ['Refused', 'Refusés'],
  rows: ['Rows in quarantine', 'Lignes en quarantaine'],
  actions: ['Do', 'Agir'],
  release: ['Release', 'Libérer'],
  releaseTitle: [
    (source: string) => `Release source ${source}`,
    (source: string) => `Libérer la source ${source}`,
  ],
  releaseWhat: [
    'Files that are held by the limit of refused rows are let through, and the source goes on.',
    'Les fichiers retenus par la limite de lignes refusées passent, et la source reprend.',
  ],
  replay: ['Read again', 'Relire'],
  replayTitle: [
    (source: string) => `Read refused rows of ${source} again`,
    (source: string) => `Relire les lignes refusées de ${source}`,
  ],
  replayWhat: [
    'Worth it after a rule or a contract changed: rows that can be read now are loaded, once.',
    'Utile après un changement de règle ou de contrat : ce qui est lisible est chargé, une seule fois.',
  ],
  heldTitle: ['Held and refused files', 'Fichiers retenus et refusés'],
  heldSubtitle: ['Nothing of them was loaded', 'Rien n’en a été chargé'],
  heldHow: [
    'A file that breaks its contract is let through by “smart-etl contract accept”, or never by “contract refuse”.',
    'Un fichier qui rompt son contrat passe avec « smart-etl contract accept », ou jamais avec « contract refuse ».',
  ],
  heldNone: ['No file is held or refused.', 'Aucun fichier retenu ni refusé.'],
  reason: ['Reason', 'Raison'],
  quarantineTitle: ['Rows in quarantine', 'Lignes en quarantaine'],
  quarantineSubtitle: [
    'Refused, with the reason and the original text',
    'Refusées, avec la raison et le texte d’origine',
  ],
  quarantineNone: ['No row is in quarantine.', 'Aucune ligne en quarantaine.'],
  countOf: [
    (n: string, one: boolean) => `${n} ${one ? 'row' : 'rows'}`,
    (n: string, one: boolean) => `${n} ${one ? 'ligne' : 'lignes'}`,
  ],
  all: ['All reasons', 'Toutes les raisons'],
  row: ['Row', 'Ligne'],
  byteAt: [
    (offset: string, length: string) => `byte ${offset}, ${length} long`,
    (offset: string, length: string) => `octet ${offset}, longueur ${length}`,
  ],
  original: ['Original text', 'Texte d’origine'],
  cut: ['… the rest stands in the file', '… la suite est dans le fichier'],
  more: ['Show more rows', 'Afficher plus de lignes'],
  tooMany: [
    (n: number) => `These are the first ${n} ${plural(n, 'row', 'rows')}: choose a reason or a file.`,
    (n: number) =>
      `Voici ${pluralFr(n, 'la première ligne', `les ${n} premières lignes`)} : choisissez une raison ou un fichier.`,
  ],
} as const;
