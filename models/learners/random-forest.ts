import { type Random, seededRandom } from '../random.ts';
import { binColumns } from './bin-columns.ts';
import type { DecisionTree } from './decision-tree.ts';
import { TreeGrower } from './grow-tree.ts';
import { type Learner, requireBothLabels } from './learner.ts';
import { treeEnsembleModel } from './tree-ensemble.ts';

export const FOREST_DEFAULTS = { trees: 100, maxLeaves: 64, minChildRows: 5, columnShare: 0.35 };

/**
 * Random forest on histograms: Breiman (2001), with bootstrap counts as weights and leaves bounded.
 *
 * A leaf answers with the weighted share of label 1 among its rows; the forest with the mean of its trees.
 * With gradient -label and hessian 1, the gain of `TreeGrower` is the fall of the Gini impurity (halved).
 */
export const forestLearner: Learner = {
  kind: 'forest',
  fit(matrix, labels, weights, { seed }) {
    requireBothLabels('forest', { matrix, labels, weights });
    const random = seededRandom(seed);
    const { trees: count, maxLeaves, minChildRows, columnShare } = FOREST_DEFAULTS;
    const binned = binColumns(matrix.columns, matrix.rows);
    const grower = new TreeGrower(binned, {
      maxLeaves,
      maxDepth: 24,
      minChildHessian: 1e-9,
      minChildRows,
      l2: 0,
      minGain: 1e-9,
    });
    const columns = Int32Array.from({ length: matrix.columns.length }, (_, i) => i);
    const perNode = { columns: Math.max(1, Math.round(columns.length * columnShare)), random };
    const gradient = new Float64Array(matrix.rows);
    const hessian = new Float64Array(matrix.rows);
    const trees: DecisionTree[] = [];
    for (let t = 0; t < count; t++) {
      const times = bootstrapCounts(matrix.rows, random);
      for (let r = 0; r < matrix.rows; r++) {
        hessian[r] = times[r]! * weights[r]!;
        gradient[r] = -hessian[r]! * labels[r]!;
      }
      const rows = Int32Array.from(times.keys()).filter((r) => times[r]! > 0);
      trees.push(grower.grow({ gradient, hessian, rows, columns, perNode, shrinkage: 1 / count }));
    }
    return treeEnsembleModel({
      kind: 'forest',
      names: matrix.names,
      settings: {},
      link: 'identity',
      offset: 0,
      trees,
    });
  },
};

/** How often each row is drawn when as many rows are drawn with replacement. */
function bootstrapCounts(rows: number, random: Random): Uint8Array {
  const times = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) times[random.below(rows)]! += 1;
  return times;
}
