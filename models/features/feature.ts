import type { VisibleHistory } from './visible-history.ts';

/** What one column of the matrix says, for people, model cards and reasons. */
export interface FeatureDefinition {
  name: string;
  meaning: { en: string; fr: string };
  unit:
    | 'count'
    | 'share'
    | 'days'
    | 'minutes'
    | 'log seconds'
    | 'ratio'
    | 'log-odds'
    | 'flag'
    | 'percent'
    | 'percent per day'
    | 'number';
  /** The span before the cutoff that it looks at: `7 d`, `all`, …; `target day` for the day ahead. */
  window: string;
}

/** Writes the values of its definitions, in their order, into `row` from `at` on. */
export interface FeatureFamily {
  definitions: readonly FeatureDefinition[];
  write(history: VisibleHistory, cutoff: number, row: Float64Array, at: number): void;
}

export const DAY_MS = 86_400_000;
export const WEEK_DAYS = 7;
