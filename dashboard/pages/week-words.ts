import { plural, pluralFr } from '../words.ts';

/** Words of the week ahead. */
export const WORDS = {
  watchTitle: ['Jobs to check', 'Traitements à vérifier'],
  watchSubtitle: [
    'The most likely to fail: look at them before they do',
    'Les plus susceptibles d’échouer : à regarder avant',
  ],
  watchHeld: [
    (n: number, share: string) =>
      `${n === 1 ? 'This job-day holds' : `These ${n} job-days hold`} ${share} of the expected failures.`,
    (n: number, share: string) =>
      `${n === 1 ? 'Ce traitement et ce jour portent' : `Ces ${n} couples traitement-jour portent`} ${share} des échecs attendus.`,
  ],
  watchDay: ['Day', 'Jour'],
  watchAct: ['What to do', 'Que faire'],
  watchOfAll: ['Share', 'Part'],
  watchFails: ['Fails that day', 'Échec ce jour'],
  jobsTitle: ['What it may cost', 'Ce que cela peut coûter'],
  says: [
    (who: string, chance: string) => `${who} says: ${chance}`,
    (who: string, chance: string) => `${who} dit : ${chance}`,
  ],
  ignore: ['to be ignored', 'à ignorer'],
  saysUntil: ['until', 'jusqu’au'],
  sayElse: ['Say something else', 'Dire autre chose'],
  sayTitle: [(job: string) => `What do you say of ${job}?`, (job: string) => `Que dites-vous de ${job} ?`],
  sayWhat: [
    'It stands beside what the model says, for all to see, and ends by itself. The model is scored by its own.',
    'Cela s’affiche à côté de ce que dit le modèle, pour tous, et finit tout seul. Le modèle est jugé sur ce qu’il dit lui-même.',
  ],
  sayPercent: [
    'Chance to fail in the week, in percent; empty: ignore the forecast',
    'Risque d’échec dans la semaine, en pour cent ; vide : ignorer la prévision',
  ],
  sayDays: ['For so many days', 'Pendant combien de jours'],
  sayButton: ['Say it', 'Le dire'],
  takeBack: ['Take it back', 'Le retirer'],
  takeBackTitle: [
    (job: string) => `Take back what is said of ${job}?`,
    (job: string) => `Retirer ce qui est dit de ${job} ?`,
  ],
  chance: ['Fails this week', 'Échec cette semaine'],
  mainReason: ['Why', 'Pourquoi'],
  failures: ['Failed runs', 'Échecs attendus'],
  cost: ['Time lost', 'Temps perdu'],
  unknown: ['not known', 'inconnu'],
  owner: ['Owner', 'Responsable'],
  total: [
    (runs: string, time: string) => `In the whole week about ${runs} failed runs, ${time} lost.`,
    (runs: string, time: string) => `Sur toute la semaine environ ${runs} échecs, ${time} perdues.`,
  ],
  totalPartly: [
    (n: number) => `${n} ${plural(n, 'job is', 'jobs are')} not in it: not enough data.`,
    (n: number) =>
      `${n} ${pluralFr(n, 'traitement n’y est pas', 'traitements n’y sont pas')} : pas assez de données.`,
  ],
  mapTitle: ['Job by day', 'Traitement par jour'],
  mapSubtitle: [
    'Go to a cell with the arrows or the pointer to see why',
    'Allez sur une case, aux flèches ou au pointeur, pour voir pourquoi',
  ],
  find: ['Part of a name, an owner or a server', 'Une partie d’un nom, un responsable, un serveur'],
  noneFound: ['No job of this forecast is like this.', 'Aucun traitement de cette prévision ne correspond.'],
  toJob: ['All about this job', 'Tout sur ce traitement'],
  cell: [
    (job: string, when: string, chance: string, bounds: string) => `${job}, ${when}: ${chance}${bounds}`,
    (job: string, when: string, chance: string, bounds: string) => `${job}, ${when} : ${chance}${bounds}`,
  ],
  wholeWeek: ['whole week', 'toute la semaine'],
  scoreTitle: ['How the last forecasts did', 'Ce que valaient les dernières prévisions'],
  scoreSubtitle: ['Once their week was over', 'Une fois leur semaine passée'],
  scoreNone: ['Not enough data yet.', 'Pas encore assez de données.'],
  scoreNoneHow: [
    'A forecast is scored when its week is over: the first score comes a week after the first forecast.',
    'Une prévision est évaluée une fois sa semaine passée : le premier bilan vient une semaine après la première prévision.',
  ],
  made: ['Made', 'Faite'],
  version: ['Version', 'Version'],
  expected: ['Expected to fail', 'Échecs prévus'],
  failed: ['Did fail', 'Échecs réels'],
  hits: ['Of those to check', 'Parmi ceux à vérifier'],
  hitsOf: [
    (hits: string, checked: number) => `${hits} of ${checked} failed`,
    (hits: string, checked: number) => `${hits} sur ${checked} ont échoué`,
  ],
  brier: ['Brier score', 'Score de Brier'],
  better: ['better than the same chance for all', 'mieux que la même chance pour tous'],
  worse: ['no better than the same chance for all', 'pas mieux que la même chance pour tous'],
  brierWhy: [
    'Lower is better; 0 is perfect. Compared with giving every job the share that failed.',
    'Plus bas est mieux ; 0 est parfait. Comparé à la même part d’échecs pour tous.',
  ],
} as const;
