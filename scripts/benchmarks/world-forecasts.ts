/** What the contestants forecast for the weeks of a world's test, having learned before it. */
import { buildMatrices } from '../../models/features/build-matrices.ts';
import { columnNamed, type FeatureMatrix, selectRows } from '../../models/features/feature-matrix.ts';
import { labelWindows } from '../../models/features/label-windows.ts';
import { headProbabilities } from '../../models/forecast/artifact.ts';
import { BACKTEST_LEARNERS } from '../../models/forecast/backtest.ts';
import { fitHead } from '../../models/forecast/fit-head.ts';
import { rollOrigin } from '../../models/forecast/roll-origin.ts';
import { BASE_RATE_KINDS, type LearnerKind } from '../../models/learners/learner.ts';
import type { World } from './estate-world.ts';

/** As few rows as a world has are never thinned. */
const MAX_ROWS = 60_000;
const FITTED = [...BASE_RATE_KINDS, ...BACKTEST_LEARNERS, 'blend'] as const satisfies LearnerKind[];

export type WorldModel = LearnerKind | 'forecast';

/** One row per candidate and cutoff of the test; all arrays share the order. */
export interface WorldForecasts {
  labels: Uint8Array;
  cutoff: Float64Array;
  jobIndex: Int32Array;
  /** 1 where the seven days before the cutoff saw no failure. */
  quiet: Uint8Array;
  probabilities: ReadonlyMap<WorldModel, Float64Array>;
}

/**
 * Each kind is fitted once, with what was known at the first cutoff of the test. `forecast` is what a backtest would
 * serve: chosen among the kinds, and fitted again as time passes.
 */
export function forecastWorld(world: World, options: { seed: number; served: boolean }): WorldForecasts {
  const { histories, hostSeries, cutoffs, split, endsAt } = world;
  const { seed } = options;
  const firstTest = split.firstTest!;
  const matrix = byCutoff(buildMatrices(histories, hostSeries, cutoffs, { days: [] }).week);
  const where = (keep: (cutoff: number) => boolean) =>
    selectRows(
      matrix,
      Int32Array.from(matrix.cutoff.keys()).filter((r) => keep(matrix.cutoff[r]!)),
    );
  const closed = new Set(split.train);
  const train = where((cutoff) => closed.has(cutoff));
  const test = where((cutoff) => cutoff >= firstTest);
  const known = labelWindows(train, histories, firstTest);
  const probabilities = new Map<WorldModel, Float64Array>(
    FITTED.map((kind) => [
      kind,
      headProbabilities(fitHead(kind, train, known, split, { seed, maxRows: MAX_ROWS }).head, test),
    ]),
  );
  if (options.served) {
    const kinds = [...BASE_RATE_KINDS, ...BACKTEST_LEARNERS];
    const rolled = rollOrigin({
      matrix,
      histories,
      grid: { cutoffs, firstTest },
      windowDays: 7,
      kinds,
      seed,
    });
    probabilities.set('forecast', rolled.probabilities.get('forecast')!);
  }
  return {
    labels: labelWindows(test, histories, endsAt),
    cutoff: test.cutoff,
    jobIndex: test.jobIndex,
    quiet: Uint8Array.from(columnNamed(test, 'last_window_failed'), (failed) => 1 - failed),
    probabilities,
  };
}

function byCutoff(matrix: FeatureMatrix): FeatureMatrix {
  const order = Int32Array.from({ length: matrix.rows }, (_, r) => r);
  return selectRows(
    matrix,
    order.sort((a, b) => matrix.cutoff[a]! - matrix.cutoff[b]! || a - b),
  );
}
