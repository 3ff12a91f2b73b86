import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';

/** Shares of the cutoffs, counted from the latest. */
const TEST_SHARE = 0.22;
const LATER_SHARE = 0.25;

export interface CutoffSplit {
  /** First cutoff of the test; null without cutoffs. */
  firstTest: number | null;
  /** Windows of these have closed before the first test cutoff. */
  train: number[];
  /** The later part of `train`: settings and calibration are chosen on it. */
  later: number[];
  /** The part of `train` whose windows have closed before the first of `later`. */
  early: number[];
  test: number[];
}

/** Those whose windows of `windowDays` have closed by `limit`. */
export const closedBy = (cutoffs: readonly number[], limit: number, windowDays: number): number[] =>
  cutoffs.filter((cutoff) => cutoff + windowDays * DAY_MS <= limit);

/** Parts ascending cutoffs by time. Between two parts lies the week that the earlier part's labels need. */
export function splitCutoffs(cutoffs: readonly number[]): CutoffSplit {
  const firstTest = cutoffs[Math.min(cutoffs.length - 1, Math.ceil(cutoffs.length * (1 - TEST_SHARE)))];
  if (firstTest === undefined) return { firstTest: null, train: [], later: [], early: [], test: [] };
  const train = closedBy(cutoffs, firstTest, WEEK_DAYS);
  return {
    firstTest,
    train,
    ...splitTraining(train, WEEK_DAYS),
    test: cutoffs.filter((cutoff) => cutoff >= firstTest),
  };
}

/** Parts the cutoffs of a training: between the two lies the window that the earlier part's labels need. */
export function splitTraining(
  train: readonly number[],
  windowDays: number,
): Pick<CutoffSplit, 'later' | 'early'> {
  const later = train.slice(Math.floor(train.length * (1 - LATER_SHARE)));
  return { later, early: later.length === 0 ? [] : closedBy(train, later[0]!, windowDays) };
}
