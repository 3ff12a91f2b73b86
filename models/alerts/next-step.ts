import type { FindingKind } from '../detect/finding.ts';
import type { StoryFinding } from './incident-story.ts';
import type { Language } from './message.ts';

type Step = Record<Language, string>;

/** What the reader can do first, where no run-book says more. */
const OF_KIND: Record<FindingKind, Step> = {
  crash: {
    en: 'Read the error, mend its cause, then run it again.',
    fr: "Lisez l'erreur, corrigez sa cause, puis relancez.",
  },
  slow: {
    en: 'See what else its server does and how much it has to read; stop it if it blocks others.',
    fr: "Regardez ce que fait son serveur et le volume à lire ; arrêtez-le s'il bloque les autres.",
  },
  fast: {
    en: 'Compare its rows with the day before: a run that did nothing also succeeds.',
    fr: 'Comparez ses lignes à la veille : une exécution qui ne fait rien réussit aussi.',
  },
  incomplete: {
    en: 'Ask who sends the data whether all of it came, then run it again.',
    fr: 'Demandez à qui envoie les données si tout est arrivé, puis relancez.',
  },
  transmission: { en: 'Have the file sent again.', fr: 'Faites renvoyer le fichier.' },
  late: {
    en: 'See whether its scheduler and the job before it have run.',
    fr: "Vérifiez l'ordonnanceur et le traitement en amont.",
  },
  missing: {
    en: 'See whether its scheduler runs, then run it by hand or waive the slot.',
    fr: "Vérifiez l'ordonnanceur, puis lancez à la main ou renoncez au créneau.",
  },
  extra: {
    en: 'See who started it, and whether its rows are there twice.',
    fr: "Cherchez qui l'a lancé, et si ses lignes sont en double.",
  },
  overlap: {
    en: 'Let one end and stop the other; see whether rows are there twice.',
    fr: "Laissez finir l'une et arrêtez l'autre ; vérifiez les doublons.",
  },
  zombie: {
    en: 'See on its server whether it lives; kill it, then run it again.',
    fr: "Vérifiez sur son serveur s'il vit encore ; arrêtez-le, puis relancez.",
  },
  host: {
    en: 'Look at the server before it takes its jobs with it.',
    fr: "Regardez le serveur avant qu'il n'entraîne ses traitements.",
  },
  freshness: {
    en: 'It is tried again and again; nothing is lost meanwhile. See whether who sends still does.',
    fr: "De nouveaux essais ont lieu sans cesse ; rien n'est perdu. Vérifiez que l'émetteur émet encore.",
  },
  quality: {
    en: 'Look at the refused rows with `smart-etl quarantine list`.',
    fr: 'Regardez les lignes refusées avec `smart-etl quarantine list`.',
  },
  risk: {
    en: 'Read the reasons of the forecast while there is time.',
    fr: "Lisez les raisons de la prévision tant que c'est possible.",
  },
  drift: {
    en: 'It is trained anew by itself. See what moved with `smart-etl drift`; trust the forecast less until then.',
    fr: 'Un nouvel entraînement est lancé. Voyez ce qui a changé avec `smart-etl drift` ; fiez-vous moins à la prévision jusque-là.',
  },
};

const OF_VARIANT: Record<string, Step> = {
  'schema-changed': {
    en: 'The file is held, nothing of it is loaded. Compare with `smart-etl contract check`, then accept a new version of the contract, or refuse the file with `smart-etl contract refuse` and have it sent again.',
    fr: "Le fichier est retenu, rien n'en est chargé. Comparez avec `smart-etl contract check`, puis acceptez une nouvelle version du contrat, ou refusez le fichier avec `smart-etl contract refuse` et faites-le renvoyer.",
  },
  'quarantine-limit': {
    en: 'Its intake has stopped. Look at the rows with `smart-etl quarantine show`, then let it go on with `smart-etl quarantine release`.',
    fr: 'La collecte est arrêtée. Regardez les lignes avec `smart-etl quarantine show`, puis relancez avec `smart-etl quarantine release`.',
  },
  'model-unusable': {
    en: 'The version before it forecasts meanwhile. See `smart-etl model verify`; then train anew with `smart-etl model train`, or restore its bytes from a backup.',
    fr: "La version précédente prévoit en attendant. Voyez `smart-etl model verify`, puis réentraînez avec `smart-etl model train` ou restaurez ses octets d'une sauvegarde.",
  },
  'disk-full': {
    en: 'Make room on the disk before it is full.',
    fr: "Libérez le disque avant qu'il ne soit plein.",
  },
};

/** What to do first about a finding. */
export const nextStep = ({ kind, variant }: StoryFinding, language: Language): string =>
  ((variant === null ? undefined : OF_VARIANT[variant]) ?? OF_KIND[kind])[language];
