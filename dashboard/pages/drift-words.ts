import type { Drift } from '../../api/contract/forecasts.ts';
import type { wordsIn } from '../words.ts';

type State = NonNullable<Drift['check']>['state'];
type FeatureState = NonNullable<Drift['features']>[number]['state'];

const STATES: readonly [Record<State, string>, Record<State, string>] = [
  {
    steady: 'Steady',
    watch: 'Something moved',
    degraded: 'No longer what it was',
    'not-enough-data': 'Not enough data',
  },
  {
    steady: 'Stable',
    watch: 'Quelque chose a changé',
    degraded: 'N’est plus ce qu’il était',
    'not-enough-data': 'Pas assez de données',
  },
];
const FEATURE_STATES: readonly [Record<FeatureState, string>, Record<FeatureState, string>] = [
  { steady: 'steady', drifted: 'moved', growing: 'grows by itself', 'not-enough-data': 'not enough data' },
  {
    steady: 'stable',
    drifted: 'a changé',
    growing: 'croît de soi',
    'not-enough-data': 'pas assez de données',
  },
];

export const DRIFT_WORDS = {
  title: ['Is it still what it was?', 'Est-il encore ce qu’il était ?'],
  none: ['Nobody has looked yet.', 'Personne n’a encore regardé.'],
  noneHow: [
    'Every morning its data are compared with those it was trained on; `smart-etl drift --now` does it at once.',
    'Chaque matin, ses données sont comparées à celles de son entraînement ; `smart-etl drift --now` le fait tout de suite.',
  ],
  states: STATES,
  featureStates: FEATURE_STATES,
  looked: ['looked at', 'regardé'],
  moved: [
    (moved: number, all: number) => `${moved} of ${all} features moved`,
    (moved: number, all: number) => `${moved} variables sur ${all} ont changé`,
  ],
  incident: ['its incident', 'son incident'],
  bars: [
    'Features, the furthest from the training first',
    'Variables, les plus éloignées de l’entraînement d’abord',
  ],
  barsHow: [
    (limit: string) =>
      `Population stability index. Beyond the dashed line (${limit}), and beyond the tick of what is usual from week to week, a feature has moved.`,
    (limit: string) =>
      `Indice de stabilité de population. Au-delà du pointillé (${limit}), et du trait de ce qui est usuel d’une semaine à l’autre, une variable a changé.`,
  ],
  barsHowNoLimit: [
    'Population stability index, with a tick for what is usual from week to week. The limit of this look was not kept.',
    'Indice de stabilité de population, avec un trait pour ce qui est usuel d’une semaine à l’autre. La limite de ce regard n’a pas été conservée.',
  ],
  asTable: ['As a table', 'En tableau'],
  feature: ['Feature', 'Variable'],
  state: ['State', 'État'],
  index: ['Index', 'Indice'],
  usual: ['Usual', 'Usuel'],
  shift: ['Shift (spreads)', 'Écart (écarts types)'],
  how: ['How', 'Comment'],
  qualityTitle: ['Quality week by week', 'Qualité semaine par semaine'],
  qualitySubtitle: [
    'Average precision of each forecast whose week is over: above the dashed line it knows more than a rate',
    'Précision moyenne de chaque prévision dont la semaine est passée : au-dessus du pointillé, elle en sait plus qu’un taux',
  ],
  qualityNone: [
    'Not enough data: a week needs thirty jobs and five failures.',
    'Pas assez de données : il faut trente traitements et cinq échecs par semaine.',
  ],
  ofModel: ['of the model', 'du modèle'],
  ofRate: ['best base rate', 'meilleur taux de base'],
  made: ['Made', 'Faite'],
  version: ['Version', 'Version'],
  bounds: ['Likely between', 'Probable entre'],
  rows: ['Jobs', 'Traitements'],
} as const;

export type DriftWords = ReturnType<typeof wordsIn<typeof DRIFT_WORDS>>;
