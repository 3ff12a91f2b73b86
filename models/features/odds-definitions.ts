import type { FeatureDefinition } from './feature.ts';

/** What a window is told by: how days followed each other, how runs did, past windows, whether it runs at all. */
const WINDOW_ODDS: { key: string; en: string; fr: string; window: string }[] = [
  {
    key: 'odds_days',
    en: 'log-odds of a failure, from how its days followed each other',
    fr: "log-cote d'un échec, d'après la suite de ses jours",
    window: 'all',
  },
  {
    key: 'odds_days_recent',
    en: 'log-odds of a failure, from how its days followed each other, half of it from the last 30 with a run',
    fr: "log-cote d'un échec, d'après la suite de ses jours, pour moitié des 30 derniers avec passage",
    window: 'all',
  },
  {
    key: 'odds_level',
    en: 'log-odds of a failure, from how its days followed each other, if its level may have changed of late, and from month ends',
    fr: "log-cote d'un échec, d'après la suite de ses jours, si son niveau a pu changer récemment, et d'après les fins de mois",
    window: 'all',
  },
  {
    key: 'odds_runs',
    en: 'log-odds of a failure, from how its runs followed each other',
    fr: "log-cote d'un échec, d'après la suite de ses passages",
    window: 'all',
  },
  {
    key: 'odds_runs_28d',
    en: 'log-odds of a failure, from how its runs followed each other in the last 28 days',
    fr: "log-cote d'un échec, d'après la suite de ses passages des 28 derniers jours",
    window: '28 d',
  },
  {
    key: 'odds_windows',
    en: 'log-odds of a failure, from the share of failing past windows',
    fr: "log-cote d'un échec, d'après la part des fenêtres passées avec échec",
    window: '104 weeks',
  },
  {
    key: 'odds_active',
    en: 'log-odds that it runs at all',
    fr: "log-cote d'un passage",
    window: '28 d',
  },
];

const definitionsOf = (target: 'week' | 'day'): FeatureDefinition[] =>
  WINDOW_ODDS.map(
    ({ key, en, fr, window }): FeatureDefinition => ({
      name: `${target}_${key}`,
      meaning: { en: `${en}, of the ${target}`, fr: `${fr}, ${target === 'week' ? 'semaine' : 'jour'}` },
      unit: 'log-odds',
      window,
    }),
  );

export const weekOddsDefinitions: readonly FeatureDefinition[] = [
  ...definitionsOf('week'),
  {
    name: 'odds_run_failure',
    meaning: {
      en: 'log-odds that a run fails, shrunken to that of all jobs',
      fr: "log-cote d'échec d'un passage, ramenée à celle de tous les traitements",
    },
    unit: 'log-odds',
    window: 'all',
  },
];
export const dayOddsDefinitions: readonly FeatureDefinition[] = definitionsOf('day');
