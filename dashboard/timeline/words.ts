import { plural, pluralFr } from '../words.ts';

/** Words of the night, English then French. */
export const WORDS = {
  title: ['The night, server by server', 'La nuit, serveur par serveur'],
  chart: ['Runs and slots by server', 'Exécutions et créneaux par serveur'],
  server: ['Server', 'Serveur'],
  allServers: ['All servers', 'Tous les serveurs'],
  unknownServer: ['server not told', 'serveur inconnu'],
  jobNamed: ['Job', 'Traitement'],
  onlyWrong: ['Only what went wrong', 'Seulement ce qui a mal tourné'],
  none: ['Nothing ran and nothing was due here.', 'Rien n’a tourné et rien n’était attendu ici.'],
  noneHow: [
    'Choose another time, or take the filters away.',
    'Choisissez un autre moment, ou retirez les filtres.',
  ],
  cut: [
    'There is more than can be drawn: the earliest runs are left out. Choose a server or a shorter time.',
    'Il y en a plus que ce qui peut être dessiné : les premières exécutions manquent. Choisissez un serveur ou une durée plus courte.',
  ],
  longest: ['Longest chain', 'Plus longue chaîne'],
  chain: ['It waited for', 'A attendu'],
  asTable: ['As a table', 'En tableau'],
  due: ['Due', 'Attendu'],
  ended: ['End', 'Fin'],
  expectedEnd: ['expected end', 'fin attendue'],
  dueState: ['due', 'attendu'],
  missing: ['did not run', 'n’a pas tourné'],
  waived: ['waived', 'abandonné'],
  late: ['late', 'en retard'],
  openJob: ['Open the job', 'Ouvrir le traitement'],
  keyRun: ['succeeded', 'réussie'],
  keyFailed: ['failed', 'échouée'],
  keyRunning: ['running, dashed: until its usual end', 'en cours, en tirets : jusqu’à sa fin habituelle'],
  keyDue: ['due, not there yet', 'attendu, pas encore là'],
  keyMissing: ['did not run', 'n’a pas tourné'],
  keyChain: ['waited for the one before', 'a attendu la précédente'],
  summary: [
    (runs: string, failed: number, missing: number, late: number, running: number) =>
      [
        `${runs} runs`,
        `${failed} failed`,
        `${missing} did not run`,
        `${late} late`,
        `${running} running`,
      ].join(' · '),
    (runs: string, failed: number, missing: number, late: number, running: number) =>
      [
        `${runs} exécutions`,
        `${failed} ${pluralFr(failed, 'échouée', 'échouées')}`,
        `${missing} ${pluralFr(missing, 'absente', 'absentes')}`,
        `${late} en retard`,
        `${running} en cours`,
      ].join(' · '),
  ],
  chainTook: [
    (jobs: number, took: string, from: string, to: string) =>
      `${jobs} ${plural(jobs, 'job', 'jobs')} in ${took}, from ${from} to ${to}`,
    (jobs: number, took: string, from: string, to: string) =>
      `${jobs} ${pluralFr(jobs, 'traitement', 'traitements')} en ${took}, de ${from} à ${to}`,
  ],
  rowsShown: [
    (shown: number, all: number) => `The first ${shown} of ${all}.`,
    (shown: number, all: number) => `Les ${shown} premières sur ${all}.`,
  ],
} as const;
