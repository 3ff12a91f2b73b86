import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';

/** Shares of the cutoffs, counted from the latest. */
const TEST_SHARE = 0.22;
const LATER_SHARE = 0.25;
/**
 * What is tested on teaches nothing yet: a new cause of failures is learned only when it is older than the test. Five weeks
 * hold every weekday five times, and the end of a month.
 */
const MOST_TEST_WEEKS = 5;
/** The newest weeks that teach, which are looked at more closely where weeks are far apart. */
const DENSE_TRAINING_WEEKS = 8;
/** Steps between cutoffs there, in days. */
const DENSE_STEPS_DAYS = [1, 2, 3];

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
  const firstOfShare = cutoffs[Math.min(cutoffs.length - 1, Math.ceil(cutoffs.length * (1 - TEST_SHARE)))];
  const firstOfWeeks = cutoffs.find(
    (cutoff) => cutoff > cutoffs.at(-1)! - MOST_TEST_WEEKS * WEEK_DAYS * DAY_MS,
  );
  const firstTest = firstOfShare === undefined ? undefined : Math.max(firstOfShare, firstOfWeeks!);
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
  // By time, not by number: the newest weeks may have more cutoffs than the others. A millisecond is no difference.
  const [first = 0, last = 0] = [train[0], train.at(-1)];
  const laterFrom = first + (1 - LATER_SHARE) * (last - first) - 1;
  const later = train.filter((cutoff) => cutoff >= laterFrom);
  return { later, early: later.length === 0 ? [] : closedBy(train, later[0]!, windowDays) };
}

/**
 * With more cutoffs in the newest weeks where they are a week apart: the test and the last weeks that teach. Five weekly
 * forecasts of few jobs decide nothing, and of a new cause there are only a few weeks; windows that overlap tell more
 * than one of them alone.
 *
 * @param room how many cutoffs there may be in all
 */
export function withDenseWeeks(split: CutoffSplit, { room }: { room: number }): CutoffSplit {
  const { firstTest, test, train } = split;
  const lastTest = test.at(-1);
  const lastTrain = train.at(-1);
  if (firstTest === null || lastTest === undefined || lastTrain === undefined) return split;
  const isWeekly = [...train, ...test].every((cutoff) => (lastTest - cutoff) % (WEEK_DAYS * DAY_MS) === 0);
  if (!isWeekly || test.length < 2) return split;
  const denseFrom = Math.max(train[0]!, lastTrain - DENSE_TRAINING_WEEKS * WEEK_DAYS * DAY_MS);
  const sparse = train.filter((cutoff) => cutoff < denseFrom);
  for (const step of DENSE_STEPS_DAYS) {
    const teaching = [...sparse, ...backFrom(lastTrain, denseFrom, step)];
    const testing = backFrom(lastTest, firstTest, step);
    if (teaching.length + testing.length > room) continue;
    return {
      firstTest: testing[0]!,
      train: teaching,
      ...splitTraining(teaching, WEEK_DAYS),
      test: testing,
    };
  }
  return split;
}

/** Ascending, the last of them `last`, none before `from`. */
function backFrom(last: number, from: number, stepDays: number): number[] {
  const count = Math.floor((last - from) / (stepDays * DAY_MS)) + 1;
  return Array.from({ length: count }, (_, i) => last - (count - 1 - i) * stepDays * DAY_MS);
}
