import type { Matrices } from '../features/build-matrices.ts';
import { WEEK_DAYS } from '../features/feature.ts';
import { columnNamed } from '../features/feature-matrix.ts';
import type { Chain } from '../features/forecast-chain.ts';
import { poolShares, shrunken } from '../features/pooled-share.ts';
import { sigmoid } from '../log-odds.ts';
import type { JobHistory } from '../records/job-history.ts';
import { expectedFailedRuns } from './expected-failed-runs.ts';
import { expectedLostMinutes, minutesPerFailure } from './lost-minutes.ts';
import { type PastRuns, readPastRuns } from './past-runs.ts';

export interface ForecastCosts {
  expectedFailedRuns: number;
  expectedLostMinutes: number | null;
}

/**
 * What the week is expected to cost: one entry per row of the week matrix.
 *
 * @param week probability told for each row
 */
export function forecastCosts(
  histories: readonly JobHistory[],
  cutoff: number,
  matrices: Matrices,
  week: Float64Array,
): ForecastCosts[] {
  const past = histories.map((history) => readPastRuns(history, cutoff));
  const chains = chainsOf(past);
  const perFailure = minutesPerFailure(
    past.map(({ lossesMs }, j) => ({ owner: histories[j]!.owner, lossesMs })),
  );
  const activeOdds = columnNamed(matrices.day, 'day_odds_active');
  return Array.from(week, (probability, r) => {
    const job = matrices.week.jobIndex[r]!;
    const active = activeOdds.subarray(r * WEEK_DAYS, (r + 1) * WEEK_DAYS).map(sigmoid);
    const failedRuns = expectedFailedRuns(probability, chains[job]!, active);
    return {
      expectedFailedRuns: failedRuns,
      expectedLostMinutes: expectedLostMinutes(failedRuns, perFailure[job]!),
    };
  });
}

/** The chain of each job's runs, its shares drawn towards those of all jobs. */
function chainsOf(past: readonly PastRuns[]): Chain[] {
  const afterGood = poolShares(
    past.map(({ failedAfterGood }) => failedAfterGood),
    past.map((runs) => runs.afterGood),
  );
  const afterFailed = poolShares(
    past.map(({ failedAfterFailed }) => failedAfterFailed),
    past.map((runs) => runs.afterFailed),
  );
  return past.map((runs) => ({
    afterGood: shrunken(afterGood, runs.failedAfterGood, runs.afterGood),
    afterFailed: shrunken(afterFailed, runs.failedAfterFailed, runs.afterFailed),
    stepsPerDay: runs.runsPerDay,
    lastFailed: runs.lastFailed,
  }));
}
