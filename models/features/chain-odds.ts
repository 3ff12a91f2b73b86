import { logit } from '../log-odds.ts';
import { activeShares } from './active-shares.ts';
import type { ChainCounts, FailureChain } from './failure-chain.ts';
import { DAY_MS, WEEK_DAYS } from './feature.ts';
import { firstAtOrAfter } from './first-at-or-after.ts';
import { type Chain, dayProbabilities, weekProbability } from './forecast-chain.ts';
import {
  CHANGE_STEPS,
  LEVELS,
  type LevelPrior,
  type LevelTrials,
  levelsOf,
  poolLevels,
} from './level-change.ts';
import { type ClosingTrials, EXCESSES, excessesOf, poolExcesses } from './month-end-excess.ts';
import { closingTrials, isClosingDay } from './month-ends.ts';
import { heardJobs, poolShares, type SharePrior, shrunken } from './pooled-share.ts';
import { RowStore } from './row-store.ts';
import type { VisibleHistory } from './visible-history.ts';

/** The chains that are kept of a job, and the two shares of each: after a good and after a failed step. */
const CHAINS = ['days', 'daysRecent', 'runs', 'runs28d'] as const;
const SHARES = ['afterGood', 'afterFailed'] as const;

/** One job at one cutoff, in a row of numbers. */
const COUNTS = CHAINS.length * SHARES.length * 2;
const LAST_DAY = COUNTS;
const LAST_RUN = COUNTS + 1;
const RUNS_PER_DAY = COUNTS + 2;
const WINDOWS = COUNTS + 3;
const RUNS = COUNTS + 7;
const ACTIVE = COUNTS + 9;
const RECENT = ACTIVE + WEEK_DAYS;
const CLOSINGS = RECENT + 2 * CHANGE_STEPS.length;
const WIDTH = CLOSINGS + 4;

/** Room for the days of one chain at a time. */
const DAYS_OF_CHAIN: number[] = new Array(WEEK_DAYS).fill(0);

/** Levels that are less likely say nothing. */
const NEGLIGIBLE = 1e-4;
/** Beyond e⁹ to one nothing is known better. */
const MOST_ODDS = 9;
const oddsOf = (probability: number): number => Math.max(-MOST_ODDS, Math.min(MOST_ODDS, logit(probability)));

/**
 * Forecasts of windows by chains of each job, whose shares are drawn towards those of all jobs as far as the job has
 * little to tell of itself. First `add` all jobs, candidates or not, cutoff by cutoff; then `write` the candidates.
 */
export class ChainOdds {
  private rows: RowStore[];
  private readonly pooled: (PooledJobs | undefined)[] = [];
  /** Which of the seven days ahead of each cutoff are at a month end. */
  private readonly closings: boolean[][] = [];
  private latest: Candidate | null = null;

  constructor(cutoffs: number) {
    this.rows = Array.from({ length: cutoffs }, () => new RowStore(WIDTH));
  }

  /** `windows`: closed weeks, weeks with a failure, days with a failure, of the job. Returns its place at the cutoff. */
  add(
    cutoffIndex: number,
    cutoff: number,
    history: VisibleHistory,
    windows: readonly [closed: number, failed: number, daysFailed: number],
  ): number {
    const rows = this.rows[cutoffIndex]!;
    const row = rows.add();
    const end = history.count;
    const month = history.before(cutoff - 28 * DAY_MS);
    const { dayChain, recentDayChain, runChain, totals } = history;
    [
      dayChain.counts(end),
      recentDayChain.counts(end),
      runChain.counts(end),
      runChain.counts(end, month),
    ].forEach((counts, chain) => {
      row.set(inOrder(counts), chain * SHARES.length * 2);
    });
    row[LAST_DAY] = Math.max(0, dayChain.last[end]!);
    row[LAST_RUN] = Math.max(0, runChain.last[end]!);
    const days = totals.activeDays[end]! - totals.activeDays[month]!;
    const cancelled = totals.cancelled[end]! - totals.cancelled[month]!;
    row[RUNS_PER_DAY] = Math.max(1, (end - month - cancelled) / Math.max(1, days));
    const [closed, failed, daysFailed] = windows;
    row.set([failed, closed, daysFailed, WEEK_DAYS * closed], WINDOWS);
    row.set([totals.failed[end]!, end - totals.cancelled[end]!], RUNS);
    const closings = closingTrials(history, cutoff);
    this.closings[cutoffIndex] ??= Array.from({ length: WEEK_DAYS }, (_, d) => isClosingDay(cutoff, d + 1));
    row.set(activeShares(history, cutoff, month, closings, this.closings[cutoffIndex]!), ACTIVE);
    row.set([closings.active, closings.failed, closings.otherActive, closings.otherFailed], CLOSINGS);
    row.set(
      CHANGE_STEPS.flatMap((steps) => recentTrials(dayChain, history.totals.activeDays, end, steps)),
      RECENT,
    );
    return rows.count - 1;
  }

  /** Gives the values of `weekOddsDefinitions` of the job at a place. */
  writeWeek(cutoffIndex: number, place: number, put: (position: number, value: number) => void): void {
    const { row, priors, active, chains, levels, excesses } = this.candidateAt(cutoffIndex, place);
    chains.forEach((chain, position) => {
      put(position < 2 ? position : position + 1, oddsOf(weekProbability(chain, active)));
    });
    let good = 0;
    forEachLevel(levels, chains[0]!, (weight, chain) => {
      good += weight * (1 - weekProbability(chain, active));
    });
    const closing = this.closings[cutoffIndex]!;
    let goodClosings = 0;
    excesses.forEach((weight, k) => {
      let none = weight;
      for (let d = 0; d < WEEK_DAYS; d++) if (closing[d]) none *= 1 - active[d]! * EXCESSES[k]!;
      goodClosings += none;
    });
    put(2, oddsOf(1 - good * goodClosings));
    put(5, oddsOf(shrunken(priors[WINDOW_PRIOR]!, row[WINDOWS]!, row[WINDOWS + 1]!)));
    put(6, oddsOf(1 - active.reduce((none, share) => none * (1 - share), 1)));
    put(7, oddsOf(shrunken(priors[RUN_PRIOR]!, row[RUNS]!, row[RUNS + 1]!)));
  }

  /** Gives the values of `dayOddsDefinitions` of the job at a place for the days 1 to 7. */
  writeDays(
    cutoffIndex: number,
    place: number,
    put: (horizonDay: number, position: number, value: number) => void,
  ): void {
    const { row, priors, active, chains, levels, excesses } = this.candidateAt(cutoffIndex, place);
    chains.forEach((chain, position) => {
      dayProbabilities(chain, active, DAYS_OF_CHAIN).forEach((probability, d) => {
        put(d + 1, position < 2 ? position : position + 1, oddsOf(probability));
      });
    });
    const level = new Float64Array(WEEK_DAYS);
    forEachLevel(levels, chains[0]!, (weight, chain) => {
      const probabilities = dayProbabilities(chain, active, DAYS_OF_CHAIN);
      for (let d = 0; d < WEEK_DAYS; d++) level[d]! += weight * probabilities[d]!;
    });
    const excess = excesses.reduce((sum, weight, k) => sum + weight * EXCESSES[k]!, 0);
    const closing = this.closings[cutoffIndex]!;
    level.forEach((probability, d) => {
      const more = closing[d] ? active[d]! * excess : 0;
      put(d + 1, 2, oddsOf(1 - (1 - probability) * (1 - more)));
    });
    const windows = oddsOf(shrunken(priors[DAY_PRIOR]!, row[WINDOWS + 2]!, row[WINDOWS + 3]!));
    for (let day = 1; day <= WEEK_DAYS; day++) {
      put(day, 5, windows);
      put(day, 6, oddsOf(active[day - 1]!));
    }
  }

  /** Gives back the memory of what was added. Nothing can be written any more. */
  release(): void {
    this.rows = [];
    this.latest = null;
  }

  /** The week and the days of a candidate are written one after the other, from the same. */
  private candidateAt(cutoffIndex: number, place: number): Candidate {
    if (this.latest?.cutoffIndex === cutoffIndex && this.latest.place === place) return this.latest;
    const row = this.rows[cutoffIndex]!.at(place);
    const { priors, levels, excesses } = this.pooledAt(cutoffIndex);
    this.latest = {
      cutoffIndex,
      place,
      row,
      priors,
      active: row.subarray(ACTIVE, ACTIVE + WEEK_DAYS),
      chains: chainsOf(row, priors),
      levels: levelsOf(levels, levelTrials(row)),
      excesses: excessesOf(excesses, closingsOf(row)),
    };
    return this.latest;
  }

  private pooledAt(cutoffIndex: number): PooledJobs {
    this.pooled[cutoffIndex] ??= poolJobs(this.rows[cutoffIndex]!);
    return this.pooled[cutoffIndex];
  }
}

/** A job at a cutoff, with what all jobs say of it. */
interface Candidate {
  cutoffIndex: number;
  place: number;
  row: Float64Array;
  priors: readonly SharePrior[];
  active: Float64Array;
  chains: readonly Chain[];
  /** How likely each of LEVELS, and of EXCESSES, is its own. */
  levels: Float64Array;
  excesses: Float64Array;
}

/** What the jobs of a cutoff have in common. */
interface PooledJobs {
  /** Of the eight shares of the chains, of failing weeks, of failing days, of failed runs. */
  priors: SharePrior[];
  levels: LevelPrior;
  excesses: Float64Array;
}

function poolJobs(rows: RowStore): PooledJobs {
  const pooled = (at: number) => poolShares(rows.column(at), rows.column(at + 1));
  const heard = (trials: number) => heardJobs(rows.column(trials)).map((place) => rows.at(place));
  return {
    priors: [
      ...Array.from({ length: CHAINS.length * SHARES.length }, (_, share) => pooled(2 * share)),
      pooled(WINDOWS),
      pooled(WINDOWS + 2),
      pooled(RUNS),
    ],
    levels: poolLevels(heard(1).map(levelTrials)),
    excesses: poolExcesses(heard(CLOSINGS).map(closingsOf)),
  };
}

/** The chain of days at each level that the job may have now, to be read at once, and how likely that is. */
function forEachLevel(
  weights: Float64Array,
  days: Chain,
  visit: (weight: number, chain: Chain) => void,
): void {
  const chain = { ...days };
  for (let k = 0; k < weights.length; k++) {
    if (!(weights[k]! > NEGLIGIBLE)) continue;
    chain.afterGood = LEVELS[k]!;
    // After a failure a good day is never more likely than after a good one.
    chain.afterFailed = Math.max(chain.afterGood, days.afterFailed);
    visit(weights[k]!, chain);
  }
}

const closingsOf = (row: Float64Array): ClosingTrials => ({
  active: row[CLOSINGS]!,
  failed: row[CLOSINGS + 1]!,
  otherActive: row[CLOSINGS + 2]!,
  otherFailed: row[CLOSINGS + 3]!,
});

const levelTrials = (row: Float64Array): LevelTrials => ({
  all: { failed: row[0]!, tried: row[1]! },
  recent: CHANGE_STEPS.map((_, k) => ({ failed: row[RECENT + 2 * k]!, tried: row[RECENT + 2 * k + 1]! })),
});

/** Failed and tried steps after good ones among the last days with runs. */
function recentTrials(
  chain: FailureChain,
  activeDays: ArrayLike<number>,
  end: number,
  days: number,
): number[] {
  const wanted = activeDays[end]! - days;
  const counts = chain.counts(end, wanted <= 0 ? 0 : firstAtOrAfter(activeDays, wanted, end));
  return [counts.failedAfterGood, counts.afterGood];
}

const WINDOW_PRIOR = CHAINS.length * SHARES.length;
const DAY_PRIOR = WINDOW_PRIOR + 1;
const RUN_PRIOR = WINDOW_PRIOR + 2;

const inOrder = (counts: ChainCounts): number[] => [
  counts.failedAfterGood,
  counts.afterGood,
  counts.failedAfterFailed,
  counts.afterFailed,
];

function chainsOf(row: Float64Array, priors: readonly SharePrior[]): Chain[] {
  return CHAINS.map((name, chain) => {
    const [afterGood, afterFailed] = SHARES.map((_, share) => {
      const position = chain * SHARES.length + share;
      return shrunken(priors[position]!, row[2 * position]!, row[2 * position + 1]!);
    }) as [number, number];
    const isOfRuns = name === 'runs' || name === 'runs28d';
    return {
      afterGood,
      afterFailed,
      stepsPerDay: isOfRuns ? row[RUNS_PER_DAY]! : 1,
      lastFailed: row[isOfRuns ? LAST_RUN : LAST_DAY] === 1,
    };
  });
}
