/** Words that several pages share, English then French; those of one page stand beside it. */
export type Language = 'en' | 'fr';

export type Pair = readonly [en: string, fr: string];
/** The form of an English noun that goes with a number. */
export const plural = (n: number, one: string, many: string): string => (n === 1 ? one : many);
/** The form of a French noun that goes with a number: zero is singular. */
export const pluralFr = (n: number, one: string, many: string): string => (n < 2 ? one : many);

const texts = {
  navigation: ['Pages', 'Pages'],
  language: ['Language', 'Langue'],
  skipToContent: ['Skip to the content', 'Aller au contenu'],
  navNow: ['Now', 'Maintenant'],
  navTimeline: ['Night', 'La nuit'],
  navJobs: ['Jobs', 'Traitements'],
  navIncidents: ['Incidents', 'Incidents'],
  navWeek: ['Week ahead', 'La semaine'],
  navModels: ['Model', 'Modèle'],
  navQuality: ['Data quality', 'Qualité'],
  navReports: ['Reports', 'Rapports'],
  navSearch: ['Search', 'Chercher'],
  schemeDark: ['Switch to dark', 'Passer en sombre'],
  schemeLight: ['Switch to light', 'Passer en clair'],
  noSuchPage: ['There is no such page', 'Cette page n’existe pas'],
  pageUnreadable: ['This page could not be fetched', 'Cette page n’a pas pu être chargée'],
  notThere: ['There is no such thing here.', 'Il n’y a rien de tel ici.'],
  helpTitle: ['Keys', 'Touches du clavier'],
  helpSearch: ['search', 'chercher'],
  helpHelp: ['these keys', 'cette aide'],
  helpChart: [
    'in a chart: earlier, later, closer, wider, all',
    'dans un graphique : avant, après, plus près, plus large, tout',
  ],
  helpClose: ['close', 'fermer'],
  helpOn: ['Single keys do something', 'Les touches seules agissent'],
  footer: ['Times are those of your browser.', 'Les heures sont celles de votre navigateur.'],
  temporalUi: ['Temporal UI', 'Interface Temporal'],
  workflows: ['Workflows', 'Workflows'],
  opensTemporal: ['in the Temporal UI, new tab', 'dans l’interface Temporal, nouvel onglet'],

  live: ['live', 'en direct'],
  connecting: ['connecting…', 'connexion…'],
  reconnecting: ['reconnecting…', 'reconnexion…'],
  databaseAway: ['database away', 'base absente'],
  databaseAwayWhy: [
    'What you see is the last known state. The page comes back by itself; “smart-etl doctor” says what is missing.',
    'Vous voyez le dernier état connu. La page se rétablit seule ; « smart-etl doctor » dit ce qui manque.',
  ],
  reconnectingWhy: [
    'What you see is the last known state. Is “smart-etl up” running? The page comes back by itself.',
    'Vous voyez le dernier état connu. « smart-etl up » tourne-t-il ? La page se rétablit seule.',
  ],

  loading: ['Reading…', 'Lecture…'],
  sectionUnreadable: [
    'This part could not be read. It is tried again every few seconds.',
    'Cette partie n’a pas pu être lue. Nouvel essai toutes les quelques secondes.',
  ],

  jobs: ['Jobs', 'Traitements'],
  champion: ['Model in service', 'Modèle en service'],
  none: ['none', 'aucun'],
  version: ['version', 'version'],

  failedTitle: ['What is wrong', 'Ce qui ne va pas'],
  failedSubtitle: ['One card a cause, the worst first', 'Une carte par cause, la plus grave d’abord'],
  failedNone: ['Nothing is wrong.', 'Rien à signaler.'],
  failedUnknown: ['Nothing is known yet.', 'Rien n’est encore connu.'],
  failedNever: [
    'Incidents appear here when something goes wrong or does not happen, and stay until all of it is well.',
    'Un incident apparaît ici quand quelque chose échoue ou n’a pas lieu, et reste jusqu’à ce que tout soit rétabli.',
  ],
  noError: ['No error message was logged.', 'Aucun message d’erreur dans le journal.'],
  noOwner: ['no owner', 'sans responsable'],
  owner: ['Owner', 'Responsable'],
  unknownHost: ['host not told', 'serveur inconnu'],
  lastRuns: ['Last runs', 'Dernières exécutions'],
  endedEarlier: ['Ended', 'Terminés'],
  incident: ['Incident', 'Incident'],
  workflow: ['Workflow', 'Workflow'],
  actWho: ['Your name', 'Votre nom'],
  actWhy: ['Why', 'Pourquoi'],
  actClose: ['Close', 'Fermer'],
  logOut: ['Log out', 'Se déconnecter'],
  actSending: ['Sending…', 'Envoi…'],
  actFailed: ['The server does not answer. Try again.', 'Le serveur ne répond pas. Réessayez.'],

  runsTitle: ['Runs as they arrive', 'Les exécutions, au fil de l’eau'],
  runsSubtitle: ['Newest start first', 'Départ le plus récent d’abord'],
  runsNone: ['No runs yet.', 'Aucune exécution.'],
  status: ['Status', 'État'],
  job: ['Job', 'Traitement'],
  host: ['Host', 'Serveur'],
  started: ['Started', 'Début'],
  duration: ['Duration', 'Durée'],
  rows: ['Rows', 'Lignes'],
  error: ['Error', 'Erreur'],
  all: ['All', 'Toutes'],
  filter: ['Show', 'Afficher'],
  noneInState: [
    'No run in this state among the latest.',
    'Aucune exécution dans cet état parmi les dernières.',
  ],
  running: ['running', 'en cours'],
  succeeded: ['succeeded', 'réussie'],
  failed: ['failed', 'échouée'],
  cancelled: ['cancelled', 'annulée'],

  forecastTitle: ['The coming week', 'La semaine à venir'],
  forecastNone: ['No forecast yet.', 'Pas encore de prévision.'],
  forecastNoneHow: [
    'It is made every week once a champion model serves; to make one now, trigger the schedule “forecast-weekly” in the Temporal UI.',
    'Elle est faite chaque semaine dès qu’un modèle champion sert ; pour l’avoir maintenant, lancez la planification « forecast-weekly » dans l’interface Temporal.',
  ],
  forecastTable: ['Probability of failure by job and day', 'Probabilité d’échec par traitement et par jour'],
  week: ['Week', 'Semaine'],
  why: ['Why', 'Pourquoi'],
  weekFailure: ['to fail at least once this week', 'd’échouer au moins une fois cette semaine'],
  raises: ['raises', 'augmente'],
  lowers: ['lowers', 'diminue'],
  noReasons: [
    'No reason stands out: the probability is that of its history.',
    'Aucune raison ne se détache : la probabilité est celle de son historique.',
  ],
  boundsUnknown: [
    'How far this may be off is not known yet: not enough data.',
    'L’incertitude n’est pas encore connue : pas assez de données.',
  ],
  groupRate: [
    'Not enough data: it has hardly run yet, the rate of its group stands in.',
    'Pas assez de données : il n’a guère tourné, le taux de son groupe le remplace.',
  ],
  forecastWorkflow: ['Workflow of this forecast', 'Workflow de cette prévision'],
  scaleLow: ['unlikely', 'improbable'],
  scaleHigh: ['likely', 'probable'],

  modelTitle: ['The model', 'Le modèle'],
  modelNone: ['No model yet.', 'Pas encore de modèle.'],
  modelNoneHow: [
    'One is trained every week from the runs loaded; to train now, trigger the schedule “retrain-weekly” in the Temporal UI.',
    'Un modèle est entraîné chaque semaine sur les exécutions chargées ; pour entraîner maintenant, lancez la planification « retrain-weekly » dans l’interface Temporal.',
  ],
  noChampion: ['No champion serves yet', 'Aucun champion ne sert encore'],
  metricBrier: ['Brier score', 'Score de Brier'],
  metricApWhy: ['Higher is better; 1 is perfect.', 'Plus haut est mieux ; 1 est parfait.'],
  metricBrierWhy: ['Lower is better; 0 is perfect.', 'Plus bas est mieux ; 0 est parfait.'],
  notEnoughData: ['not enough data', 'pas assez de données'],
  gate: ['Gate', 'Contrôle'],
  promote: ['promote', 'promouvoir'],
  keep: ['keep the champion', 'garder le champion'],
  undecided: ['undecided', 'indécis'],
  neverJudged: ['not judged', 'non jugé'],
  versions: ['Versions', 'Versions'],
  promotion: ['Promotion', 'Promotion'],

  filesTitle: ['What became of every row', 'Le devenir de chaque ligne'],
  filesSubtitle: [
    'Rows in = loaded + duplicate + quarantined, for every file',
    'Lignes lues = chargées + doublons + quarantaine, pour chaque fichier',
  ],
  filesNone: ['No files yet.', 'Aucun fichier.'],
  file: ['File', 'Fichier'],
  source: ['Source', 'Source'],
  received: ['Received', 'Reçu'],
  rowsIn: ['Rows in', 'Lignes lues'],
  loaded: ['Loaded', 'Chargées'],
  duplicate: ['Duplicate', 'Doublons'],
  quarantined: ['Quarantined', 'Quarantaine'],
  share: ['Share', 'Répartition'],
  allFiles: ['All files', 'Tous les fichiers'],
  fileStored: ['waiting', 'en attente'],
  fileLoaded: ['loaded', 'chargé'],
  fileRefused: ['refused', 'refusé'],
  fileHeld: ['held', 'retenu'],
  fileUnpacked: ['unpacked', 'décompressé'],

  qualityTitle: ['How good the data are', 'La qualité des données'],
  qualitySubtitle: [
    'The last day of every source, and the days before it',
    'Le dernier jour de chaque source, et les jours précédents',
  ],
  qualityNone: ['Nothing has been measured yet.', 'Rien n’a encore été mesuré.'],
  qualityNoneHow: [
    'Each day is measured when a file of it is loaded.',
    'Chaque jour est mesuré dès qu’un de ses fichiers est chargé.',
  ],
  lastDay: ['Last day', 'Dernier jour'],
  volume: ['Rows', 'Lignes'],
  completeness: ['Complete', 'Complétude'],
  uniqueness: ['Unique', 'Unicité'],
  validity: ['Valid', 'Validité'],
  freshness: ['Arrives after', 'Arrive après'],
  notKnown: ['–', '–'],
  sourceStopped: ['stopped', 'arrêtée'],
  sourceStoppedHow: [
    'Too many rows were refused: see “smart-etl quarantine list”, then “quarantine release”.',
    'Trop de lignes refusées : voir « smart-etl quarantine list », puis « quarantine release ».',
  ],

  inboxTitle: ['Inbox', 'Messages'],
  inboxNone: ['No message yet.', 'Aucun message.'],
  inboxNoneHow: [
    'Mail is sent when a job fails, when it succeeds again, and when the weekly forecast is ready.',
    'Un courriel part quand un traitement échoue, quand il réussit à nouveau et quand la prévision est prête.',
  ],
  to: ['To', 'À'],
  pending: ['waiting', 'en attente'],
  sent: ['sent', 'envoyé'],
  dead: ['given up', 'abandonné'],
  withdrawn: ['withdrawn', 'retiré'],
} satisfies Record<string, Pair>;

/** Sentences with a number or a name in them. */
const sentences = {
  howToFill: [
    (folder: string) => `Drop a CSV of runs into ${folder}, or run scripts/demo.`,
    (folder: string) => `Déposez un CSV d’exécutions dans ${folder}, ou lancez scripts/demo.`,
  ],
  failingFor: [(ago: string) => `for ${ago}`, (ago: string) => `depuis ${ago}`],
  probably: [(cause: string) => `Probably: ${cause}`, (cause: string) => `Probablement : ${cause}`],
  moreFindings: [(n: number) => `and ${n} more`, (n: number) => `et ${n} de plus`],
  sourceNamed: [(source: string) => `source ${source}`, (source: string) => `source ${source}`],
  told: [
    (n: number) => (n === 0 ? 'nobody told yet' : `${n} ${plural(n, 'message', 'messages')} sent`),
    (n: number) =>
      n === 0 ? 'personne prévenu' : `${n} ${pluralFr(n, 'message envoyé', 'messages envoyés')}`,
  ],
  failedAfter: [(duration: string) => `lasted ${duration}`, (duration: string) => `a duré ${duration}`],
  showAll: [(n: number) => `Show all ${n}`, (n: number) => `Tout afficher (${n})`],
  forecastMade: [
    (jobs: number, cutoff: string, version: number) =>
      `${jobs} jobs, as known on ${cutoff}, by model version ${version}`,
    (jobs: number, cutoff: string, version: number) =>
      `${jobs} traitements, d’après ce qu’on savait le ${cutoff}, par la version ${version} du modèle`,
  ],
  failsOn: [(day: string) => `to fail on ${day}`, (day: string) => `d’échouer le ${day}`],
  bounds: [
    (low: string, high: string) => `between ${low} and ${high}`,
    (low: string, high: string) => `entre ${low} et ${high}`,
  ],
  failedRunsExpected: [
    (runs: string) => `${runs} failed runs expected`,
    (runs: string) => `${runs} exécutions en échec attendues`,
  ],
  timeLost: [(time: string) => `${time} lost`, (time: string) => `${time} perdues`],
  rank: [(n: number) => `rank ${n}`, (n: number) => `rang ${n}`],
  outbox: [
    (sent: number, pending: number, dead: number) => `${sent} sent · ${pending} waiting · ${dead} given up`,
    (sent: number, pending: number, dead: number) =>
      `${sent} envoyés · ${pending} en attente · ${dead} abandonnés`,
  ],
} as const;

type AnyPair = readonly [unknown, unknown];
/** One language of a table of pairs; a sentence has the parameters of its English side. */
export type WordsOf<Table extends Record<string, AnyPair>> = {
  readonly [Key in keyof Table]: Table[Key][0] extends string ? string : Table[Key][0];
};
type Texts = WordsOf<typeof texts>;
export type Words = Texts & WordsOf<typeof sentences>;
export type TextKey = keyof Texts;

/** One language of a table of pairs: a page keeps its own words beside it, and reads them with this. */
export function wordsIn<Table extends Record<string, AnyPair>>(
  table: Table,
  language: Language,
): WordsOf<Table> {
  const side = language === 'en' ? 0 : 1;
  return Object.fromEntries(
    Object.entries(table).map(([key, pair]) => [key, pair[side]]),
  ) as unknown as WordsOf<Table>;
}

/** The words that several pages share, in one language. */
export const wordsOf = (language: Language): Words => ({
  ...wordsIn(texts, language),
  ...wordsIn(sentences, language),
});

/** French for who asks for it in the address, else for who reads it first; English for everybody else. */
export function preferredLanguage(asked: string | null, browser: readonly string[]): Language {
  if (asked === 'fr' || asked === 'en') return asked;
  const first = browser
    .map((tag) => tag.slice(0, 2).toLowerCase())
    .find((tag) => tag === 'fr' || tag === 'en');
  return first === 'fr' ? 'fr' : 'en';
}
