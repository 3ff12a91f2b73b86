import { decodeArtifact } from '../models/forecast/artifact.ts';
import type { ImportedFiles } from '../models/forecast/imported-model.ts';
import type { TreeJson } from '../models/learners/decision-tree.ts';
import { encodeOnnx } from '../models/onnx/encode-onnx.ts';
import { ML_DOMAIN } from '../models/onnx/graph-builder.ts';
import { type Attribute, ELEMENT } from '../models/onnx/onnx-model.ts';

/** The trees of a boosting artifact as somebody else's ONNX: floats, a TreeEnsembleRegressor and a Sigmoid. */
export function foreignOnnx(artifact: Uint8Array, metadata: Record<string, string> = {}): ImportedFiles {
  const { week, day, trainedAt } = decodeArtifact(artifact);
  const told = { trained_at: new Date(trainedAt).toISOString(), ...metadata };
  const [weekFile, dayFile] = [week, day].map(({ model }) => {
    const { names, trees, offset } = model.toJSON() as unknown as {
      names: string[];
      trees: TreeJson[];
      offset: number;
    };
    return encodeOnnx({
      irVersion: 8,
      opsets: new Map([
        ['', 15],
        [ML_DOMAIN, 3],
      ]),
      producer: 'elsewhere',
      metadata: new Map(Object.entries({ feature_names: JSON.stringify(names), ...told })),
      graphName: 'elsewhere',
      nodes: [
        {
          domain: ML_DOMAIN,
          operator: 'TreeEnsembleRegressor',
          inputs: ['x'],
          outputs: ['margin'],
          attributes: new Map(Object.entries(treeAttributes(trees, offset))),
        },
        { domain: '', operator: 'Sigmoid', inputs: ['margin'], outputs: ['y'], attributes: new Map() },
      ],
      constants: new Map(),
      inputs: [{ name: 'x', elementType: ELEMENT.float, dims: ['rows', names.length] }],
      outputs: [{ name: 'y', elementType: ELEMENT.float, dims: ['rows', 1] }],
    });
  });
  return { week: weekFile!, day: dayFile! };
}

function treeAttributes(trees: TreeJson[], offset: number): Record<string, Attribute> {
  const nodes = trees.flatMap((tree, t) =>
    Array.from(tree.feature, (feature, n) => ({ tree, t, n, feature })),
  );
  const leaves = nodes.filter(({ feature }) => feature < 0);
  const ints = (of: typeof nodes, value: (node: (typeof nodes)[number]) => number): Attribute => ({
    kind: 'ints',
    value: Float64Array.from(of, value),
  });
  return {
    n_targets: { kind: 'int', value: 1 },
    base_values: { kind: 'floats', value: Float64Array.of(offset) },
    nodes_treeids: ints(nodes, ({ t }) => t),
    nodes_nodeids: ints(nodes, ({ n }) => n),
    nodes_featureids: ints(nodes, ({ feature }) => Math.max(0, feature)),
    nodes_modes: { kind: 'strings', value: nodes.map(({ feature }) => (feature < 0 ? 'LEAF' : 'BRANCH_LT')) },
    nodes_values: { kind: 'floats', value: Float64Array.from(nodes, ({ tree, n }) => tree.threshold[n]!) },
    nodes_truenodeids: ints(nodes, ({ tree, n, feature }) => (feature < 0 ? 0 : tree.left[n]!)),
    nodes_falsenodeids: ints(nodes, ({ tree, n, feature }) => (feature < 0 ? 0 : tree.right[n]!)),
    nodes_missing_value_tracks_true: ints(nodes, ({ tree, n }) => tree.missingLeft[n]!),
    target_treeids: ints(leaves, ({ t }) => t),
    target_nodeids: ints(leaves, ({ n }) => n),
    target_ids: ints(leaves, () => 0),
    target_weights: { kind: 'floats', value: Float64Array.from(leaves, ({ tree, n }) => tree.value[n]!) },
  };
}
