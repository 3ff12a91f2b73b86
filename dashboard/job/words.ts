import type { View } from '../view.ts';
import { plural, pluralFr, type WordsOf, wordsIn } from '../words.ts';

const WORDS = {
  schedule: ['Runs', 'Tourne'],
  noSchedule: ['no schedule known', 'aucun horaire connu'],
  declared: ['declared', 'déclaré'],
  nextDue: ['Next due', 'Prochaine fois'],
  usually: ['Usually takes', 'Dure d’habitude'],
  notKnown: ['not enough data', 'pas assez de données'],
  owner: ['Owner', 'Responsable'],
  server: ['Server', 'Serveur'],
  matters: ['Matters', 'Importance'],
  lastSuccess: ['Last success', 'Dernier succès'],
  month: ['Last 30 days', '30 derniers jours'],
  follows: ['Follows', 'Suit'],
  followedBy: ['Followed by', 'Suivi par'],
  nobody: ['nobody', 'personne'],
  workflows: ['Workflows of its incidents', 'Workflows de ses incidents'],
  durations: ['How long it takes', 'Combien de temps il prend'],
  durationsHow: [
    'Each mark a run; the band is what is normal for one that starts then',
    'Chaque marque est une exécution ; la bande est la normale pour cette heure',
  ],
  durationsNone: ['No run has ended in this time.', 'Aucune exécution terminée dans cette période.'],
  chart: ['Durations of its runs', 'Durées de ses exécutions'],
  keyBand: ['normal, the dashed line in the middle', 'normale, la ligne en tirets au milieu'],
  asTable: ['As a table', 'En tableau'],
  normal: ['Normal', 'Normale'],
  failures: ['How it failed', 'Comment il a échoué'],
  failuresNone: ['No failed run is known.', 'Aucune exécution échouée connue.'],
  slots: ['Was it there when it was due?', 'Était-il là à l’heure ?'],
  slotsNone: ['Nothing was expected of it in these days.', 'Rien n’était attendu ces jours-ci.'],
  slotsHow: [
    'Its slots of the last 14 days and the next',
    'Ses créneaux des 14 derniers jours et du prochain',
  ],
  met: ['on time', 'à l’heure'],
  late: ['late', 'en retard'],
  missing: ['did not run', 'n’a pas tourné'],
  extra: ['unexpected', 'imprévu'],
  waived: ['waived', 'abandonné'],
  open: ['not over', 'pas encore clos'],
  forecast: ['Will it fail this week?', 'Échouera-t-il cette semaine ?'],
  forecastNone: ['It is not in the newest forecast.', 'Il n’est pas dans la dernière prévision.'],
  forecastNoneHow: [
    'A forecast covers jobs that ran in the last 7 days or are due in the next.',
    'Une prévision couvre les traitements qui ont tourné ces 7 derniers jours ou sont attendus.',
  ],
  incidents: ['Its incidents', 'Ses incidents'],
  incidentsNone: ['No incident is known.', 'Aucun incident connu.'],
  isOpen: ['open', 'ouvert'],
  runs: ['Its runs', 'Ses exécutions'],
  days30: ['30 days', '30 jours'],
  days90: ['90 days', '90 jours'],
  days365: ['1 year', '1 an'],
  span: ['Time shown', 'Période affichée'],
  monthOf: [
    (runs: number, failed: number) => `${runs} ${plural(runs, 'run', 'runs')}, ${failed} failed`,
    (runs: number, failed: number) =>
      `${runs} ${pluralFr(runs, 'exécution', 'exécutions')}, ${failed} ${pluralFr(failed, 'échouée', 'échouées')}`,
  ],
  between: [
    (usual: string, low: string, high: string) => `${usual}, normally ${low} to ${high}`,
    (usual: string, low: string, high: string) => `${usual}, normalement de ${low} à ${high}`,
  ],
  thinned: [
    (drawn: string, all: string) => `${drawn} of ${all} runs drawn, no extreme left out.`,
    (drawn: string, all: string) => `${drawn} exécutions dessinées sur ${all}, aucun extrême oublié.`,
  ],
  times: [(n: number) => `${n} ${plural(n, 'time', 'times')}`, (n: number) => `${n} fois`],
} as const;

export type JobWords = WordsOf<typeof WORDS>;
export const jobWords = ({ language }: View): JobWords => wordsIn(WORDS, language);

const CRITICALITIES = {
  en: ['a truck waits for it', 'people wait for it', 'somebody notices', 'nobody notices'],
  fr: ['un camion l’attend', 'des gens l’attendent', 'quelqu’un le remarque', 'personne ne le remarque'],
} as const;

/** What happens when it fails. @param criticality 1 to 4 */
export const criticalityText = ({ language }: View, criticality: number): string =>
  CRITICALITIES[language][criticality - 1] ?? String(criticality);
