import { requireColumns } from '../features/feature-matrix.ts';
import { sigmoid } from '../log-odds.ts';
import { type DecisionTree, type TreeJson, treeFromJson, treeToJson } from './decision-tree.ts';
import { addShapleyValues } from './explain-trees.ts';
import type { FittedModel, LearnerKind, ModelJson, Settings } from './learner.ts';
import { addAnswers, type FlatTrees, flattenTrees } from './score-trees.ts';

/** margin = offset + sum of the trees' answers; probability = sigmoid(margin), or the margin itself. */
export interface TreeEnsemble {
  kind: LearnerKind;
  names: string[];
  settings: Settings;
  link: 'logit' | 'identity';
  offset: number;
  trees: DecisionTree[];
}

export function treeEnsembleModel(ensemble: TreeEnsemble): FittedModel {
  const { kind, names, settings, link, offset, trees } = ensemble;
  let flat: FlatTrees | null = null;
  return {
    kind,
    names,
    settings,
    predict(matrix) {
      requireColumns(matrix, names);
      const margin = new Float64Array(matrix.rows).fill(offset);
      flat ??= flattenTrees(trees);
      addAnswers(flat, matrix.columns, margin);
      return margin.map(link === 'logit' ? sigmoid : clampShare);
    },
    explain(matrix, row) {
      requireColumns(matrix, names);
      const phi = new Float64Array(names.length);
      let base = offset;
      for (const tree of trees) base += addShapleyValues(tree, matrix.columns, row, phi);
      const contributions = names.map((feature, f) => ({
        feature,
        value: matrix.columns[f]![row]!,
        contribution: phi[f]!,
      }));
      return { base, margin: base + phi.reduce((sum, value) => sum + value, 0), contributions };
    },
    toJSON: () => ({ kind, version: 1, names, settings, link, offset, trees: trees.map(treeToJson) }),
  };
}

/** Sums of shares may leave [0, 1] by a rounding. */
const clampShare = (share: number) => Math.min(1, Math.max(0, share));

export function treeEnsembleFromJson(json: ModelJson): FittedModel {
  const { kind, names, settings, link, offset, trees } = json as ModelJson & {
    link: TreeEnsemble['link'];
    offset: number;
    trees: TreeJson[];
  };
  return treeEnsembleModel({ kind, names, settings, link, offset, trees: trees.map(treeFromJson) });
}
