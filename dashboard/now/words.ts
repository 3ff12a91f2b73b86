import type { View } from '../view.ts';
import { plural, pluralFr, type WordsOf, wordsIn } from '../words.ts';

const WORDS = {
  running: ['What runs', 'Ce qui tourne'],
  runningNone: ['Nothing runs.', 'Rien ne tourne.'],
  runningNoneHow: [
    'Runs under way are seen where jobs tell when they begin.',
    'Une exécution en cours se voit là où les traitements disent quand ils commencent.',
  ],
  due: ['What is due next', 'Ce qui est attendu'],
  dueNone: ['Nothing is due in the next hours.', 'Rien n’est attendu dans les prochaines heures.'],
  dueNoneHow: [
    'Schedules are learned from the runs: after a few weeks they are known.',
    'Les horaires s’apprennent des exécutions : après quelques semaines, ils sont connus.',
  ],
  awaited: ['should be there', 'devrait être là'],
  usualUnknown: ['usual time not known', 'durée habituelle inconnue'],
  allIncidents: ['All incidents', 'Tous les incidents'],
  all: ['See the night', 'Voir la nuit'],
  whatWentWrong: ['See what went wrong', 'Voir ce qui a mal tourné'],
  usualOf: [(usual: string) => `of usually ${usual}`, (usual: string) => `sur ${usual} d’habitude`],
  beyond: [
    (times: string) => `${times} times the usual`,
    (times: string) => `${times} fois la durée habituelle`,
  ],
  until: [(time: string) => `in time until ${time}`, (time: string) => `à l’heure jusqu’à ${time}`],
  moreOf: [(n: number) => `and ${n} more`, (n: number) => `et ${n} de plus`],
  lately: [
    (ended: string, failed: number, missing: number, late: number, running: number) =>
      `In the last 12 hours ${ended} runs ended, ${failed === 0 ? 'none' : failed} of them failed; ${missing === 0 ? 'none was missing' : `${missing} did not run`}, ${late === 0 ? 'none was late' : `${late} ${plural(late, 'was', 'were')} late`}. ${running === 0 ? 'Nothing runs' : `${running} ${plural(running, 'runs', 'run')}`} now.`,
    (ended: string, failed: number, missing: number, late: number, running: number) =>
      `Ces 12 dernières heures, ${ended} exécutions terminées, dont ${failed === 0 ? 'aucune échouée' : `${failed} ${pluralFr(failed, 'échouée', 'échouées')}`} ; ${missing === 0 ? 'aucune absente' : `${missing} ${pluralFr(missing, 'absente', 'absentes')}`}, ${late === 0 ? 'aucune en retard' : `${late} en retard`}. ${running === 0 ? 'Rien ne tourne' : `${running} en cours`} à présent.`,
  ],
} as const;

export type NowWords = WordsOf<typeof WORDS>;
export const nowWords = ({ language }: View): NowWords => wordsIn(WORDS, language);
