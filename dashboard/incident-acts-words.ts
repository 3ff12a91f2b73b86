import { plural, pluralFr } from './words.ts';

/** Words of what people can do about an incident. */
export const ACT_WORDS = {
  acknowledge: ['Take on', 'Prendre en charge'],
  acknowledgeTitle: ['Take on this incident', 'Prendre en charge cet incident'],
  acknowledgeWhat: [
    'You look after it: others are reminded no more.',
    'Vous vous en occupez : plus de rappels aux autres.',
  ],
  silence: ['Silence', 'Sourdine'],
  silenceTitle: ['Silence this incident', 'Mettre cet incident en sourdine'],
  silenceWhat: [
    'Nobody is reminded of it for so long; its end is still told.',
    'Plus de rappels pendant ce temps ; sa fin est annoncée quand même.',
  ],
  rerun: ['Run again', 'Relancer'],
  rerunTitle: ['Run the jobs it hit again', 'Relancer les traitements touchés'],
  rerunWhat: [
    'The scheduler is asked to run them, those that others wait for first. The incident shows how far each is, and is over when all succeeded.',
    'L’ordonnanceur les relance, d’abord ceux que d’autres attendent. L’incident montre où en est chacun, et se termine quand tous ont réussi.',
  ],
  waive: ['Waive', 'Renoncer'],
  waiveTitle: ['Live with what is wrong now', 'Renoncer à ce qui ne va pas maintenant'],
  waiveWhat: [
    'It counts as over without a repair; what goes wrong next is told again.',
    'Il compte comme terminé sans réparation ; le prochain problème sera annoncé.',
  ],
  next: ['See what becomes of it', 'Voir la suite'],
  howLong: ['For how long', 'Pour combien de temps'],
  hoursLong: [
    (n: number) => `${n} ${plural(n, 'hour', 'hours')}`,
    (n: number) => `${n} ${pluralFr(n, 'heure', 'heures')}`,
  ],
} as const;
