/** What the table of a backtest says; names of models are names and stay. */
const en = {
  title: (horizonDays: number, stepDays: number) =>
    `Jobs with a failed run ${horizonDays === 1 ? 'in the next day' : `in the next ${horizonDays} days`}, ` +
    `forecast every ${stepDays === 1 ? 'day' : `${stepDays} days`}`,
  runs: (runs: string, jobs: string, from: string, to: string) =>
    `  runs     ${runs} of ${jobs} jobs, ${from} to ${to}`,
  cutoffs: (count: number, from: string, test: number, testFrom: string, testTo: string) => [
    `  cutoffs  ${count} from ${from}; the test is the last ${test}, ${testFrom} to ${testTo}`,
  ],
  trained: (n: number) => `  trained  ${n === 1 ? 'once' : `every 28 days, ${n} times`}; what served:`,
  served: (from: string, learner: string) => `           from ${from} ${learner}`,
  why: {
    first: '',
    better: ', better than the one before',
    level: ', trained anew: the one before was off its level',
    kept: '',
  },
  tooFew: (learner: string) => `           (too few failures to train ${learner})`,
  allRows: 'All rows',
  onset: 'Onset (no failed run in the 7 days before)',
  part: (title: string, rows: string, failed: string, share: string) =>
    `${title}: ${rows} rows, ${failed} failed (${share})`,
  model: 'model',
  skill: 'skill',
  interval: (ap: string, brier: string) => `  forecast, 95 %: AP ${ap}, Brier ${brier}`,
  to: 'to',
  leadTitle: (k: number) => `Failures after 7 quiet days: was the job among the ${k} to check before?`,
  lead: ['failures', 'warned', 'share', 'hours before'],
  slices: 'forecast, by slice',
  slice: ['rows', 'failed'],
  by: { owner: 'owner', host: 'host', schedule: 'runs', age: 'age' },
  ours: (value: string) => value,
  locale: 'en-GB',
};

export type BacktestWords = typeof en;

const OURS_IN_FRENCH: Record<string, string> = {
  'under 56 days': 'moins de 56 jours',
  '56 days and more': '56 jours et plus',
  'several a day': 'plusieurs par jour',
  daily: 'chaque jour',
  'some days': 'certains jours',
  weekly: 'chaque semaine',
  rare: 'rares',
};

const fr: BacktestWords = {
  title: (horizonDays, stepDays) =>
    `Traitements en échec ${horizonDays === 1 ? 'le jour suivant' : `dans les ${horizonDays} jours suivants`}, ` +
    `prévus ${stepDays === 1 ? 'chaque jour' : `tous les ${stepDays} jours`}`,
  runs: (runs, jobs, from, to) => `  passages ${runs} de ${jobs} traitements, ${from} à ${to}`,
  cutoffs: (count, from, test, testFrom, testTo) => [
    `  dates    ${count} depuis ${from} ;`,
    `           le test : les ${test} dernières, ${testFrom} à ${testTo}`,
  ],
  trained: (n) => `  appris   ${n === 1 ? 'une fois' : `tous les 28 jours, ${n} fois`} ; ce qui a servi :`,
  served: (from, learner) => `           dès le ${from} ${learner}`,
  why: {
    first: '',
    better: ', meilleur que le précédent',
    level: ', réappris : le précédent visait à côté',
    kept: '',
  },
  tooFew: (learner) => `           (trop peu d'échecs pour apprendre ${learner})`,
  allRows: 'Toutes les lignes',
  onset: 'Débuts (7 jours sans échec avant)',
  part: (title, rows, failed, share) => `${title} : ${rows} lignes, ${failed} en échec (${share})`,
  model: 'modèle',
  skill: 'gain',
  interval: (ap, brier) => `  forecast, 95 % : AP ${ap}, Brier ${brier}`,
  to: 'à',
  leadTitle: (k) => `Échecs après 7 jours calmes : le traitement était-il des ${k} à vérifier ?`,
  lead: ['échecs', 'prévenus', 'part', 'heures avant'],
  slices: 'forecast, par tranche',
  slice: ['lignes', 'échecs'],
  by: { owner: 'responsable', host: 'serveur', schedule: 'passages', age: 'âge' },
  ours: (value) => OURS_IN_FRENCH[value] ?? value,
  locale: 'fr-FR',
};

export const BACKTEST_WORDS = { en, fr };
