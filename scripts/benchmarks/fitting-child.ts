/** The child process that trains for `forecast`: the engine on a matrix from a file, nothing around it. */
import { RandomForestClassifier } from 'ml-random-forest';
import { averagePrecision } from '../../models/evaluation/average-precision.ts';
import { selectRows } from '../../models/features/feature-matrix.ts';
import { growBoosting } from '../../models/learners/gradient-boosting.ts';
import type { Examples } from '../../models/learners/learner.ts';
import { treeEnsembleModel } from '../../models/learners/tree-ensemble.ts';
import {
  type ChildRequest,
  type FitRequest,
  type Fitted,
  LEARNING_RATE,
  LEAVES,
  MIN_ROWS,
  type Scored,
  TREES,
} from './fitting.ts';
import { peakMb } from './memory.ts';
import { median } from './statistics.ts';
import { readMatrix } from './synthetic-matrix.ts';

const SEED = 1;
const WEEK_ROWS = 7_000;
const WEEKS = 15;
const SINGLES = 200;
/** So many rows take ml-random-forest seconds; the time grows faster than their square. */
const ML_ROWS = [250, 500, 1_000];
const ML_TREES = 10;

const secondsSince = (startedMs: number) => (performance.now() - startedMs) / 1000;

function fitted(examples: Examples) {
  const { offset, trees } = growBoosting(
    examples,
    {
      rounds: TREES,
      maxLeaves: LEAVES,
      learningRate: LEARNING_RATE,
      minChildRows: MIN_ROWS,
      l2: 0,
      rowShare: 1,
      columnShare: 1,
    },
    SEED,
  );
  const { names } = examples.matrix;
  return treeEnsembleModel({ kind: 'boosting', names, settings: {}, link: 'logit', offset, trees });
}

function fitAndScore({ train, heldOut }: FitRequest): Fitted {
  const examples = readMatrix(train);
  const held = readMatrix(heldOut);
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  const model = fitted(examples);
  const fitSeconds = secondsSince(startedMs);
  const cpu = process.cpuUsage(startedCpu);
  const scoringMs = performance.now();
  const scores = model.predict(held.matrix);
  const scoreSeconds = secondsSince(scoringMs);
  return {
    fitSeconds,
    fitCpuSeconds: (cpu.user + cpu.system) / 1e6,
    scoreSeconds,
    averagePrecision: averagePrecision(held.labels, scores)!,
    peakMb: peakMb('self'),
  };
}

function scoreAlone({ train, heldOut }: FitRequest): Scored {
  const model = fitted(readMatrix(train));
  const { matrix } = readMatrix(heldOut);
  const week = selectRows(
    matrix,
    Int32Array.from({ length: WEEK_ROWS }, (_, i) => i % matrix.rows),
  );
  const timed = (count: number, work: (i: number) => void) =>
    Array.from({ length: count }, (_, i) => {
      const startedMs = performance.now();
      work(i);
      return performance.now() - startedMs;
    });
  return {
    weekMs: median(timed(WEEKS, () => model.predict(week))),
    singleMs: median(
      timed(SINGLES, (i) => {
        const one = selectRows(matrix, [i % matrix.rows]);
        model.predict(one);
        model.explain(one, 0);
      }),
    ),
  };
}

/** Seconds of ml-random-forest for growing samples; missing values are 0, because it knows none. */
function mlRandomForest({ train }: FitRequest): { rows: number; seconds: number }[] {
  const { matrix, labels } = readMatrix(train);
  return ML_ROWS.map((rows) => {
    const sample = Array.from({ length: rows }, (_, r) => matrix.columns.map((column) => column[r]! || 0));
    const startedMs = performance.now();
    new RandomForestClassifier({ seed: SEED, nEstimators: ML_TREES, noOOB: true }).train(
      sample,
      Array.from(labels.subarray(0, rows)),
    );
    return { rows, seconds: (secondsSince(startedMs) * TREES) / ML_TREES };
  });
}

function answer(request: ChildRequest): object {
  if ('fit' in request) return fitAndScore(request.fit);
  if ('score' in request) return scoreAlone(request.score);
  return mlRandomForest(request.mlRandomForest);
}

process.on('message', (request: ChildRequest) => {
  try {
    process.send!({ answer: answer(request) });
  } catch (error) {
    process.send!({ error: (error as Error).stack ?? String(error) });
  }
});
process.once('disconnect', () => process.exit(0));
