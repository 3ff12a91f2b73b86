import type { LearnerKind } from '../learners/learner.ts';
import type { TrainingReport } from './train-contestant.ts';

/** Average precisions closer than this are a tie: the Brier score decides. */
const TIE = 0.005;

/** Fewer onsets than this rank nobody. */
const MIN_ONSETS = 10;

/**
 * The contestant to send to the gate: highest average precision of the week head on the test, the mean of that on all
 * rows, most of which continue what was, and that on onsets, for which a warning is worth something; with hardly an
 * onset that on all rows. Among those within 0.005 of it the lowest Brier score; then the one named first. Contestants
 * whose average precision is not known come last.
 *
 * @throws Error without reports
 */
export function chooseChallenger(reports: readonly Pick<TrainingReport, 'kind' | 'week'>[]): LearnerKind {
  if (reports.length === 0) throw new Error('choosing a challenger requires at least 1 report, got 0');
  const precision = ({ week: { test, onset } }: (typeof reports)[number]) => {
    if (test.averagePrecision === null) return -1;
    if (onset.averagePrecision === null || onset.positives < MIN_ONSETS) return test.averagePrecision;
    return (test.averagePrecision + onset.averagePrecision) / 2;
  };
  const highest = Math.max(...reports.map(precision));
  const tied = reports.filter((report) => precision(report) >= highest - TIE);
  const brier = (report: (typeof reports)[number]) => report.week.test.brier ?? 1;
  return tied.reduce((best, report) => (brier(report) < brier(best) ? report : best)).kind;
}
