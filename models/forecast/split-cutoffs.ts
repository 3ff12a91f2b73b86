import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';

/** Shares of the cutoffs, counted from the latest. */
const TEST_SHARE = 0.22;
const TUNING_SHARE = 0.25;

export interface CutoffSplit {
  /** First cutoff of the test; null without cutoffs. */
  firstTest: number | null;
  /** Windows of these have closed before the first test cutoff. */
  train: number[];
  /** The later part of `train`: settings and calibration are chosen on it. */
  tuning: number[];
  /** The part of `train` whose windows have closed before the first tuning cutoff. */
  early: number[];
  test: number[];
}

/** Parts ascending cutoffs by time. Between two parts lies the week that the earlier part's labels need. */
export function splitCutoffs(cutoffs: readonly number[]): CutoffSplit {
  const closedBefore = (list: readonly number[], limit: number) =>
    list.filter((cutoff) => cutoff + WEEK_DAYS * DAY_MS <= limit);
  const firstTest = cutoffs[Math.min(cutoffs.length - 1, Math.ceil(cutoffs.length * (1 - TEST_SHARE)))];
  if (firstTest === undefined) return { firstTest: null, train: [], tuning: [], early: [], test: [] };
  const train = closedBefore(cutoffs, firstTest);
  const tuning = train.slice(Math.floor(train.length * (1 - TUNING_SHARE)));
  const early = tuning.length === 0 ? [] : closedBefore(train, tuning[0]!);
  return { firstTest, train, tuning, early, test: cutoffs.filter((cutoff) => cutoff >= firstTest) };
}
