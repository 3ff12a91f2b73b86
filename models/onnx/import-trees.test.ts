import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runInOnnxRuntime } from '../../tests/onnxruntime.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { encodeOnnx } from './encode-onnx.ts';
import { ML_DOMAIN } from './graph-builder.ts';
import { importOnnx } from './import-model.ts';
import { leastDoubleRoundedTo, nextDouble, nextFloat } from './nearest-double.ts';
import { type Attribute, ELEMENT } from './onnx-model.ts';

const NAMES = ['a', 'b', 'c'];
/** Floats of 32 bits, and doubles on either side of where they are rounded. */
const NEAR = [
  0.1,
  Math.fround(0.1),
  1,
  1 + 2 ** -24,
  1 + 2 ** -24 + 2 ** -52,
  1 + 2 ** -30,
  1 - 2 ** -25,
  -0,
  0,
  -2,
];
const cell = fc.oneof(fc.constantFrom(...NEAR), fc.constant(Number.NaN), fc.integer({ min: -3, max: 3 }));
const threshold = fc.constantFrom(...[0, 0.1, 1, nextFloat(1), -nextFloat(-1), -2, 2].map(Math.fround));
const mode = fc.constantFrom('BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GT', 'BRANCH_GTE');

type Shape =
  | { weight: number }
  | { mode: string; feature: number; threshold: number; missing: number; yes: Shape; no: Shape };
const shapes = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ weight: fc.integer({ min: -64, max: 64 }).map((n) => n / 32) }),
    fc.record({
      mode,
      feature: fc.nat(2),
      threshold,
      missing: fc.nat(1),
      yes: tie('shape'),
      no: tie('shape'),
    }),
  ),
})).shape;

/** The trees as an operator of ai.onnx.ml 3, its sums in halves that floats add up exactly. */
function regressorOf(trees: Shape[], elementType: number, aggregate: string, base: number): Uint8Array {
  const lists: Record<string, number[]> = {};
  const modes: string[] = [];
  const push = (name: string, value: number) => {
    lists[name] ??= [];
    return lists[name].push(value);
  };
  trees.forEach((tree, t) => {
    let count = 0;
    const lay = (shape: Shape): number => {
      const id = count++;
      const isLeaf = 'weight' in shape;
      const at = push('nodes_nodeids', id) - 1;
      push('nodes_treeids', t);
      push('nodes_featureids', isLeaf ? 0 : shape.feature);
      push('nodes_values', isLeaf ? 0 : shape.threshold);
      push('nodes_missing_value_tracks_true', isLeaf ? 0 : shape.missing);
      push('nodes_truenodeids', 0);
      push('nodes_falsenodeids', 0);
      modes.push(isLeaf ? 'LEAF' : shape.mode);
      if (isLeaf) {
        push('target_treeids', t);
        push('target_nodeids', id);
        push('target_ids', 0);
        push('target_weights', shape.weight);
        return id;
      }
      lists.nodes_truenodeids![at] = lay(shape.yes);
      lists.nodes_falsenodeids![at] = lay(shape.no);
      return id;
    };
    lay(tree);
  });
  const attributes = new Map<string, Attribute>([
    ['nodes_modes', { kind: 'strings', value: modes }],
    ['n_targets', { kind: 'int', value: 1 }],
    ['aggregate_function', { kind: 'string', value: aggregate }],
    ['base_values', { kind: 'floats', value: Float64Array.of(base) }],
  ]);
  for (const [name, values] of Object.entries(lists)) {
    const kind = name === 'nodes_values' || name === 'target_weights' ? 'floats' : 'ints';
    attributes.set(name, { kind, value: Float64Array.from(values) });
  }
  const operator = 'TreeEnsembleRegressor';
  return encodeOnnx({
    irVersion: 8,
    opsets: new Map([
      ['', 18],
      [ML_DOMAIN, 3],
    ]),
    producer: 'test',
    metadata: new Map(),
    graphName: 'trees',
    nodes: [{ domain: ML_DOMAIN, operator, inputs: ['x'], outputs: ['y'], attributes }],
    constants: new Map(),
    inputs: [{ name: 'x', elementType, dims: ['rows', 3] }],
    outputs: [{ name: 'y', elementType: ELEMENT.float, dims: ['rows', 1] }],
  });
}

const matrixOf = (rows: number[][]): FeatureMatrix => ({
  names: NAMES,
  rows: rows.length,
  columns: NAMES.map((_, f) => Float64Array.from(rows, (row) => row[f]!)),
  jobIndex: new Int32Array(rows.length),
  cutoff: new Float64Array(rows.length),
  horizon: new Uint8Array(rows.length),
});

describe.each([
  { type: 'float32' as const, elementType: ELEMENT.float },
  { type: 'float64' as const, elementType: ELEMENT.double },
])('trees over $type', ({ type, elementType }) => {
  it('take the branches they take in onnxruntime: on the threshold, beside it, missing', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(shapes, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('SUM', 'AVERAGE'),
        fc.constantFrom(0, 0.5),
        fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 20 }),
        async (trees, aggregate, base, rows) => {
          const bytes = regressorOf(trees, elementType, aggregate, base);
          const matrix = matrixOf(rows);
          const { y } = await runInOnnxRuntime(bytes, matrix, type);
          const ours = importOnnx(bytes, { names: NAMES }).predict(matrix);
          // Ours is held within 0 and 1.
          const held = y!.map((value) => Math.min(1, Math.max(0, value)));
          ours.forEach((value, r) => {
            expect(value).toBeCloseTo(held[r]!, 6);
          });
        },
      ),
      { numRuns: 200 },
    ));
});

describe('leastDoubleRoundedTo', () => {
  const floats = fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(0, -0, 1, -1, 2 ** -149, -(2 ** -149)));

  it('is rounded to the float or above, and the double below it is rounded below', () =>
    fc.assert(
      fc.property(floats, (float) => {
        const least = leastDoubleRoundedTo(float);
        expect(Math.fround(least)).toBeGreaterThanOrEqual(float);
        if (float !== Number.NEGATIVE_INFINITY) expect(Math.fround(-nextDouble(-least))).toBeLessThan(float);
      }),
      { numRuns: 2000 },
    ));
});

it('are refused when their reasons would take too long: the squared depths of all leaves', () => {
  const chain = (depth: number): Shape =>
    depth === 0
      ? { weight: 1 }
      : { mode: 'BRANCH_LT', feature: 0, threshold: 0, missing: 0, yes: { weight: 0 }, no: chain(depth - 1) };
  const bytesOf = (trees: number) =>
    regressorOf(
      Array.from({ length: trees }, () => chain(128)),
      ELEMENT.float,
      'SUM',
      0,
    );
  // 1² + 2² + … + 128² + 128² each.
  expect(importOnnx(bytesOf(27), { names: NAMES }).names).toEqual(NAMES);
  expect(() => importOnnx(bytesOf(28), { names: NAMES })).toThrow(
    'expected trees whose reasons cost at most 20000000 steps a row (leaves × depth²), found 20262144',
  );
});
