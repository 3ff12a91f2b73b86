import { buildMatrices, type Matrices } from '../features/build-matrices.ts';
import { DAY_MS } from '../features/feature.ts';
import { type FeatureMatrix, selectRows } from '../features/feature-matrix.ts';
import { type CutoffPlan, trainingCutoffs } from '../features/training-cutoffs.ts';
import type { HostSeries, JobHistory } from '../records/job-history.ts';
import type { OutsideFacts } from '../records/outside-facts.ts';
import { type Snapshot, sortSnapshot } from './snapshot.ts';
import { type CutoffSplit, splitCutoffs, withDenseWeeks } from './split-cutoffs.ts';

/** (candidate, cutoff) pairs that are replayed at most. */
const MAX_REPLAYED = 30_000;

/** Makes the features of every candidate at every cutoff: `buildMatrices`, but where somebody tries something else. */
export type MatrixBuilder = (
  histories: readonly JobHistory[],
  hostSeries: readonly HostSeries[],
  cutoffs: readonly number[],
  options: { facts: OutsideFacts },
) => Matrices;

/** What all contestants of a snapshot have in common. */
export interface PreparedSnapshot {
  /** What was frozen, in its order. */
  snapshot: Snapshot;
  build: MatrixBuilder;
  /** Epoch milliseconds, as all instants here. */
  cutoff: number;
  /** By namespace and name. */
  histories: readonly JobHistory[];
  /** At which past instants forecasts are replayed. */
  plan: CutoffPlan;
  /** Which of them teach, which test. */
  split: CutoffSplit;
  /** The features of every candidate at every cutoff of the plan; computed when they are asked for first. */
  matrices(): Matrices;
}

export function prepareTraining(given: Snapshot, build: MatrixBuilder = buildMatrices): PreparedSnapshot {
  const snapshot = sortSnapshot(given);
  const { cutoff, histories, hostSeries, facts } = snapshot;
  const candidatesPerCutoff = countCandidates(histories, cutoff);
  const planned = trainingCutoffs({
    snapshotCutoff: cutoff,
    firstRunAt: histories.reduce((first, job) => Math.min(first, job.startedAt[0] ?? cutoff), cutoff),
    ...{ candidatesPerCutoff, maxRows: MAX_REPLAYED },
  });
  const room = Math.floor(MAX_REPLAYED / candidatesPerCutoff);
  const split = withDenseWeeks(splitCutoffs(planned.cutoffs), { room });
  const replayed = new Set([
    ...planned.cutoffs.filter((cutoff) => split.firstTest !== null && cutoff < split.firstTest),
    ...split.train,
    ...split.test,
  ]);
  const plan = { ...planned, cutoffs: [...replayed].sort((a, b) => a - b) };
  let matrices: Matrices | null = null;
  return {
    snapshot,
    build,
    cutoff,
    histories,
    plan,
    split,
    matrices() {
      matrices ??= build(histories, hostSeries, plan.cutoffs, { facts });
      return matrices;
    },
  };
}

/** Jobs that ran in the four weeks before the cutoff: about as many are candidates at any one time. */
function countCandidates(histories: readonly JobHistory[], cutoff: number): number {
  const recent = histories.filter((job) => (job.startedAt.at(-1) ?? 0) >= cutoff - 28 * DAY_MS).length;
  return Math.max(1, recent);
}

/** The rows at the given cutoffs. */
export const matricesAt = ({ week, day }: Matrices, cutoffs: number[]): Matrices => ({
  week: rowsAt(week, cutoffs),
  day: rowsAt(day, cutoffs),
});

function rowsAt(matrix: FeatureMatrix, cutoffs: number[]): FeatureMatrix {
  const wanted = new Set(cutoffs);
  return selectRows(
    matrix,
    Int32Array.from({ length: matrix.rows }, (_, r) => r).filter((r) => wanted.has(matrix.cutoff[r]!)),
  );
}
