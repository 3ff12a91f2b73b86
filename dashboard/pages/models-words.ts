/** Words of the page of models. */
export const WORDS = {
  title: ['The model', 'Le modèle'],
  subtitle: [
    'It says which jobs are likely to fail, and is replaced only by a better one',
    'Il dit quels traitements risquent d’échouer ; seul un meilleur le remplace',
  ],
  champion: ['Champion', 'Champion'],
  championWhat: ['It serves: the forecast is its.', 'En service : c’est lui qui prévoit.'],
  challenger: ['Challenger', 'Prétendant'],
  challengerWhat: ['The newest one that asks for the place.', 'Le dernier à demander la place.'],
  shadow: ['Shadow', 'Témoin'],
  noChallenger: ['No other version asks for its place.', 'Aucune autre version ne demande sa place.'],
  noChallengerHow: [
    'One is trained every week; to train now, trigger the schedule “retrain-weekly” in the Temporal UI.',
    'Une version est entraînée chaque semaine ; pour entraîner maintenant, lancez la planification « retrain-weekly » dans l’interface Temporal.',
  ],
  promote: ['Promote', 'Promouvoir'],
  promoteTitle: [
    (version: number) => `Make version ${version} the champion`,
    (version: number) => `Faire de la version ${version} le champion`,
  ],
  promoteWhat: [
    (verdict: string) =>
      `The gate says of it: ${verdict}. From the next forecast on it is the one that serves.`,
    (verdict: string) => `Le contrôle en dit : ${verdict}. Elle servira dès la prochaine prévision.`,
  ],
  reject: ['Reject', 'Refuser'],
  rejectTitle: [
    (version: number) => `Reject version ${version}`,
    (version: number) => `Refuser la version ${version}`,
  ],
  rejectWhat: [
    'The champion stays, and nobody has to decide about this version any more. Who was told that it waits is told so.',
    'Le champion reste et il n’y a plus à décider de cette version. Qui a été prévenu de l’attente l’est de sa fin.',
  ],
  shadowButton: ['Try beside', 'Mettre à l’essai'],
  shadowTitle: [
    (version: number) => `Let version ${version} forecast beside the champion`,
    (version: number) => `Laisser la version ${version} prévoir à côté du champion`,
  ],
  shadowWhat: [
    'Nobody is told what it says. If a test finds it better, it waits for approval; if not, the champion stays.',
    'Personne n’est prévenu de ce qu’elle dit. Si un test la trouve meilleure, elle attend une approbation ; sinon le champion reste.',
  ],
  shadowDays: ['For so many days at most', 'Pour tant de jours au plus'],
  waits: ['Waits for approval', 'Attend une approbation'],
  waitsAgainst: [
    (version: number) => `is to replace version ${version}`,
    (version: number) => `doit remplacer la version ${version}`,
  ],
  waitsFirst: ['is to be the first to serve', 'doit être la première en service'],
  waitsOne: ['Somebody has to approve.', 'Quelqu’un doit approuver.'],
  waitsTwo: ['Two different people have to approve.', 'Deux personnes différentes doivent approuver.'],
  waitsSecond: ['A second person has to approve.', 'Une deuxième personne doit approuver.'],
  waitsUntil: ['To be decided by', 'À décider avant le'],
  waitsElse: ['; else the champion stays.', ' ; sinon le champion reste.'],
  waitsRole: ['An ML engineer or an administrator decides.', 'Un ingénieur ML ou un administrateur décide.'],
  approvedBy: [
    (who: string, why: string) => `Approved by ${who}: “${why}”`,
    (who: string, why: string) => `Approuvée par ${who} : « ${why} »`,
  ],
  tagsTitle: ['Tags', 'Étiquettes'],
  tagsNone: ['Nobody has written anything on it.', 'Personne n’y a rien noté.'],
  tagAdd: ['Write a tag', 'Noter une étiquette'],
  tagTitle: [
    (version: number) => `Write a tag on version ${version}`,
    (version: number) => `Noter une étiquette sur la version ${version}`,
  ],
  tagWhat: [
    'A tag that is there already gets the new text.',
    'Une étiquette déjà présente prend le nouveau texte.',
  ],
  tagKey: ['Name', 'Nom'],
  tagKeyHow: [
    'Letters without accents, digits, spaces and _ . / -, a letter or digit first',
    'Lettres sans accent, chiffres, espaces et _ . / -, une lettre ou un chiffre d’abord',
  ],
  tagValue: ['Text', 'Texte'],
  untag: ['Take off', 'Retirer'],
  untagTitle: [
    (key: string, version: number) => `Take off the tag “${key}” of version ${version}`,
    (key: string, version: number) => `Retirer l’étiquette « ${key} » de la version ${version}`,
  ],
  signature: ['Signature', 'Signature'],
  signed: ['Signed', 'Signée'],
  unsigned: ['Not signed: it cannot serve', 'Non signée : elle ne peut pas servir'],
  signatureRefused: ['It cannot be used', 'Elle ne peut pas être utilisée'],
  itsIncident: ['See its incident', 'Voir son incident'],
  verified: ['Verified last for the forecast made', 'Vérifiée la dernière fois pour la prévision faite'],
  notVerified: [
    'It is verified whenever it is read; it has not forecast yet.',
    'Elle est vérifiée à chaque lecture ; elle n’a pas encore prévu.',
  ],
  lineageTitle: ['Where it comes from, and what came of it', 'D’où elle vient, et ce qui en est venu'],
  lineageWhat: [
    'From the files to the forecasts; objects are named by their SHA-256.',
    'Des fichiers aux prévisions ; les objets sont nommés par leur SHA-256.',
  ],
  stepFiles: ['Files', 'Fichiers'],
  filesKnown: [(files: string) => `${files} known whole`, (files: string) => `${files} connus en entier`],
  lastKnown: ['the last', 'le dernier'],
  stepSnapshot: ['Snapshot', 'Instantané'],
  runsOfJobs: [
    (runs: string, jobs: string) => `${runs} runs of ${jobs} jobs`,
    (runs: string, jobs: string) => `${runs} exécutions de ${jobs} traitements`,
  ],
  asKnown: ['as known', 'connus au'],
  stepTraining: ['Training', 'Entraînement'],
  amongContestants: [
    (kind: string, all: number) => (all > 1 ? `${kind}, of ${all} contestants` : kind),
    (kind: string, all: number) => (all > 1 ? `${kind}, sur ${all} concurrents` : kind),
  ],
  featuresUsed: [(features: string) => `${features} features`, (features: string) => `${features} variables`],
  codeAndSeed: [
    (code: string, seed: number) => `software ${code}, seed ${seed}`,
    (code: string, seed: number) => `logiciel ${code}, graine ${seed}`,
  ],
  registeredAt: ['registered', 'enregistrée'],
  neverChampion: ['never champion', 'jamais champion'],
  championSince: ['champion last from', 'champion, la dernière fois dès'],
  stepForecasts: ['Forecasts', 'Prévisions'],
  forecastsMade: [
    (count: number) => (count === 0 ? 'none yet' : `${count} made`),
    (count: number) => (count === 0 ? 'aucune encore' : count === 1 ? '1 faite' : `${count} faites`),
  ],
  lastForecast: ['the last of', 'la dernière du'],
  inPlace: [
    (count: number) => `${count} in the place of another`,
    (count: number) => `${count} à la place d’une autre`,
  ],
  rollback: ['Roll back', 'Revenir en arrière'],
  rollbackTitle: [
    (from: number, to: number) => `Roll back from version ${from} to version ${to}`,
    (from: number, to: number) => `Revenir de la version ${from} à la version ${to}`,
  ],
  rollbackWhat: [
    (to: number) => `Version ${to}, which served before, serves again.`,
    (to: number) => `La version ${to}, en service auparavant, reprend sa place.`,
  ],
  card: ['Card', 'Fiche'],
  cardOf: [(version: number) => `Version ${version}`, (version: number) => `Version ${version}`],
  origin: ['Origin', 'Origine'],
  trainedHere: ['trained here', 'entraîné ici'],
  trainedElsewhere: [
    (name: string, who: string) => `trained elsewhere: “${name}”, brought by ${who}`,
    (name: string, who: string) => `entraîné ailleurs : « ${name} », apporté par ${who}`,
  ],
  learner: ['Learner', 'Méthode'],
  dataUntil: ['Knows the runs until', 'Connaît les exécutions jusqu’au'],
  registered: ['Registered', 'Enregistrée'],
  fitted: ['Trained in', 'Entraînée en'],
  memory: ['Memory at most', 'Mémoire au plus'],
  code: ['Software', 'Logiciel'],
  artifact: ['Artifact', 'Artefact'],
  gateTitle: ['What the gate said', 'Ce que dit le contrôle'],
  gateWhat: [
    'Rules that a version has to pass, on weeks it had not seen, to serve by itself. A person may decide otherwise.',
    'Règles à respecter, sur des semaines inconnues, pour servir d’office. Une personne peut en décider autrement.',
  ],
  gateAgainst: [
    (verdict: string, champion: number) =>
      champion === 0
        ? `Gate: ${verdict}, nobody served yet`
        : `Gate: ${verdict}, against version ${champion}`,
    (verdict: string, champion: number) =>
      champion === 0
        ? `Contrôle : ${verdict}, rien ne servait encore`
        : `Contrôle : ${verdict}, face à la version ${champion}`,
  ],
  gateNone: ['The gate has not judged this version.', 'Le contrôle n’a pas jugé cette version.'],
  rule: ['Rule', 'Règle'],
  limit: ['Limit', 'Limite'],
  found: ['Found', 'Trouvé'],
  passed: ['Passed', 'Respectée'],
  inWords: ['In words', 'En clair'],
  yes: ['yes', 'oui'],
  no: ['no', 'non'],
  undecided: ['undecided', 'indécis'],
  none: ['–', '–'],
  qualityTitle: ['Its quality on weeks it had not seen', 'Sa qualité sur des semaines inconnues'],
  measure: ['Measure', 'Mesure'],
  byWeek: ['By week', 'Par semaine'],
  byDay: ['By day', 'Par jour'],
  versionsTitle: ['Versions', 'Versions'],
  version: ['Version', 'Version'],
  ap: ['Average precision', 'Précision moyenne'],
  gate: ['Gate', 'Contrôle'],
  serves: ['Serves as', 'Rôle'],
  actions: ['Do', 'Agir'],
  historyTitle: ['Who changed what', 'Qui a changé quoi'],
  historyNone: ['Nothing was changed yet.', 'Rien n’a encore changé.'],
  moved: [
    (alias: string, from: string, to: string) => `${alias}: ${from} → ${to}`,
    (alias: string, from: string, to: string) => `${alias} : ${from} → ${to}`,
  ],
  releaseNote: ['Release note', 'Note de version'],
  trialsTitle: ['Beside the champion', 'À côté du champion'],
  trialsSubtitle: [
    'Versions that forecast in silence until a test tells which is better',
    'Versions qui prévoient en silence jusqu’à ce qu’un test dise laquelle est meilleure',
  ],
  trialsNone: ['No version is or was on trial.', 'Aucune version n’est ni n’a été à l’essai.'],
  trialOf: [
    (version: number, against: number) => `Version ${version} beside ${against}`,
    (version: number, against: number) => `Version ${version} à côté de la ${against}`,
  ],
  trialChallenger: ['may be promoted', 'peut être promue'],
  trialPredecessor: ['may serve again', 'peut reprendre sa place'],
  trialVerdict: ['Verdict', 'Verdict'],
  trialLasts: ['lasts until', 'jusqu’au'],
  trialBetter: ['better', 'meilleure'],
  trialWorse: ['worse', 'moins bonne'],
  trialUndecided: ['undecided', 'indécis'],
  trialOvertaken: ['another champion came', 'un autre champion est venu'],
  trialNotYet: ['No week of it is over yet.', 'Aucune semaine n’est encore passée.'],
  nobody: ['nobody', 'personne'],
  workflow: ['Workflow', 'Workflow'],
  calibrationTitle: ['Said and happened since', 'Annoncé et arrivé depuis'],
  calibrationSubtitle: [
    'Of the jobs given 30 %, about 30 % should fail: points on the line',
    'Sur les traitements annoncés à 30 %, environ 30 % doivent échouer : points sur la droite',
  ],
  calibrationInTest: ['Said and happened in its test', 'Annoncé et arrivé, dans son test'],
  calibrationNotKept: [
    'It was not kept when this version was trained; the next one will have it.',
    'Non conservé lors de l’entraînement de cette version ; la prochaine l’aura.',
  ],
  calibrationNone: ['Not enough data yet.', 'Pas encore assez de données.'],
  calibrationNoneHow: [
    'Needs a forecast whose week is over.',
    'Il faut une prévision dont la semaine est passée.',
  ],
  calibrationError: [
    (points: string) => `On average said and happened are ${points} points apart.`,
    (points: string) => `En moyenne, l’annoncé et l’arrivé diffèrent de ${points} points.`,
  ],
  said: ['Said', 'Annoncé'],
  happened: ['Happened', 'Arrivé'],
  between: ['Likely between', 'Probable entre'],
  rows: ['Weeks of jobs', 'Semaines de traitement'],
  scoreTitle: ['Score over time', 'Score au fil du temps'],
  scoreSubtitle: [
    'Below the dashed line it is worth something',
    'Sous le trait pointillé, elle vaut quelque chose',
  ],
  scoreNone: ['Not enough data yet.', 'Pas encore assez de données.'],
  scoreNoneHow: [
    'One point comes for each forecast whose week is over; a line needs two.',
    'Un point par prévision dont la semaine est passée ; il en faut deux pour une ligne.',
  ],
  ofModel: ['of the model', 'du modèle'],
  ofShare: ['same chance for all', 'même chance pour tous'],
  made: ['Made', 'Faite'],
  asTable: ['As a table', 'En tableau'],
} as const;

/** Measures as they are registered, in words; lower or higher is better. */
export const METRIC_WORDS: Readonly<Record<string, readonly [en: string, fr: string]>> = {
  average_precision: ['Average precision (higher is better)', 'Précision moyenne (plus haut est mieux)'],
  roc_auc: ['Area under the ROC curve (higher is better)', 'Aire sous la courbe ROC (plus haut est mieux)'],
  brier_score: ['Brier score (lower is better)', 'Score de Brier (plus bas est mieux)'],
  log_loss: ['Log loss (lower is better)', 'Perte logarithmique (plus bas est mieux)'],
  expected_calibration_error: [
    'Distance of said and happened (lower is better)',
    'Écart entre annoncé et arrivé (plus bas est mieux)',
  ],
  support: ['Windows in the test', 'Fenêtres du test'],
  positives: ['Windows with a failure', 'Fenêtres avec échec'],
};

/** Of a job that was well before: the same measures on first failures only. */
export const ONSET: readonly [en: string, fr: string] = ['first failures only: ', 'premiers échecs seuls : '];

/** Rules of the gate as it names them; a rule with a rival ends in its name. */
export const RULE_WORDS: readonly (readonly [begins: string, en: string, fr: string])[] = [
  ['probabilities-finite', 'All forecasts are probabilities', 'Toutes les prévisions sont des probabilités'],
  ['enough-failures', 'Enough failures in the test', 'Assez d’échecs dans le test'],
  ['enough-quiet', 'Enough quiet windows in the test', 'Assez de fenêtres calmes dans le test'],
  ['enough-jobs', 'Enough jobs in the test', 'Assez de traitements dans le test'],
  ['enough-windows', 'Enough forecasts in the test', 'Assez de prévisions dans le test'],
  ['ranks-better-than-', 'Ranks jobs better than ', 'Classe mieux que '],
  ['brier-low-enough-beside-', 'Its probabilities are better than those of ', 'Probabilités meilleures que '],
  [
    'gains-over-constant',
    'Better than one chance for all, beyond doubt',
    'Mieux qu’une même chance pour tous, sans doute',
  ],
  ['calibrated', 'What it says happens that often', 'Ce qu’il annonce arrive aussi souvent'],
  [
    'no-slice-worse',
    'Worse for nobody: owners, servers, days',
    'Moins bon pour personne : propriétaires, serveurs, jours',
  ],
  [
    'serves-as-tested',
    'What serves learned from the test too, and says it no worse',
    'Ce qui sert a aussi appris du test, et ne le dit pas moins bien',
  ],
  [
    'features-known-in-time',
    'It learned from nothing that came later',
    'Il n’a rien appris de ce qui est venu après',
  ],
  ['no-column-tells-all', 'No column gives the answer away', 'Aucune colonne ne livre la réponse'],
  ['volume-usual', 'As many runs as usual', 'Autant d’exécutions que d’habitude'],
  ['failures-usual', 'As many failures as usual, or nearly', 'Autant d’échecs que d’habitude, ou presque'],
  ['no-flood', 'No job or source floods the rest', 'Aucun traitement ni source ne submerge le reste'],
  ['columns-alive', 'What was measured still moves', 'Ce qui était mesuré bouge encore'],
  ['thresholds-fixed-before', 'Thresholds were fixed before', 'Seuils fixés avant'],
  ['first-champion', 'The first one that serves', 'Le premier à servir'],
];

/** Rivals of the gate in words. */
export const RIVAL_WORDS: Readonly<Record<string, readonly [en: string, fr: string]>> = {
  champion: ['the champion', 'le champion'],
  constant: ['the same chance for all', 'la même chance pour tous'],
  'base-run-rate': [
    'the share of failed runs of each job',
    'la part d’exécutions en échec de chaque traitement',
  ],
  'base-window-rate': [
    'the share of weeks with a failure of each job',
    'la part de semaines avec échec de chaque traitement',
  ],
  'base-persistence': ['“as last week”', '« comme la semaine dernière »'],
};
