import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runInOnnxRuntime } from '../../tests/onnxruntime.ts';
import type { Calibrator } from '../evaluation/calibrate.ts';
import { buildMatrices } from '../features/build-matrices.ts';
import { DAY_MS } from '../features/feature.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { madeUpEstate } from '../features/made-up-jobs.ts';
import { decodeArtifact, type ForecastModel, headProbabilities } from '../forecast/artifact.ts';
import { trainContestant } from '../forecast/train-contestant.ts';
import { modelFromJson } from '../learners/contestants.ts';
import type { TreeJson } from '../learners/decision-tree.ts';
import { isBaseRate, LEARNER_KINDS } from '../learners/learner.ts';
import type { Term } from '../learners/linear-terms.ts';
import { seededRandom } from '../random.ts';
import { decodeOnnx } from './decode-onnx.ts';
import { exportHead, exportOnnx } from './export-model.ts';
import { addTrees } from './export-trees.ts';
import { GraphBuilder } from './graph-builder.ts';

const TOLERANCE = 1e-12;

const estate = madeUpEstate({ jobs: 30, days: 130, seed: 11 });
const matrices = buildMatrices(
  estate.histories,
  estate.hostSeries,
  [5, 3, 1].map((weeks) => estate.cutoff - weeks * 7 * DAY_MS),
);

/** Largest difference between onnxruntime's scores and ours. */
async function difference(
  onnx: Uint8Array,
  head: ForecastModel['week'],
  matrix: FeatureMatrix,
): Promise<number> {
  const { probability, raw_probability: raw } = await runInOnnxRuntime(onnx, matrix);
  const far = (theirs: Float64Array, ours: Float64Array) => {
    expect(theirs.length).toBe(ours.length);
    return theirs.reduce((most, p, r) => Math.max(most, Math.abs(p - ours[r]!)), 0);
  };
  return Math.max(far(probability!, headProbabilities(head, matrix)), far(raw!, head.model.predict(matrix)));
}

/** One value in six is missing, where the model knows missing values. */
function withHoles(matrix: FeatureMatrix): FeatureMatrix {
  const random = seededRandom(7);
  const columns = matrix.columns.map((column) =>
    column.map((value) => (random.uniform() < 1 / 6 ? Number.NaN : value)),
  );
  return { ...matrix, columns };
}

describe.each(LEARNER_KINDS.map((kind) => ({ kind })))('$kind', ({ kind }) => {
  const { artifact } = trainContestant(estate, { kind, seed: 3 });
  const model = decodeArtifact(artifact);
  const exported = exportOnnx(artifact);

  it.each(['week', 'day'] as const)('gives the same %s scores in onnxruntime', async (head) => {
    expect(await difference(exported[head], model[head], matrices[head])).toBeLessThan(TOLERANCE);
    if (isBaseRate(kind)) return;
    expect(await difference(exported[head], model[head], withHoles(matrices[head]))).toBeLessThan(TOLERANCE);
  });

  it('scores no row and one row', async () => {
    for (const rows of [0, 1]) {
      const columns = matrices.week.columns.map((column) => column.subarray(0, rows));
      const { probability } = await runInOnnxRuntime(exported.week, { rows, columns });
      expect(probability!.length).toBe(rows);
    }
  });

  it('has no field that the document on the format does not name', () => {
    const page = readFileSync(path.join(import.meta.dirname, '../../docs/model-format.md'), 'utf8');
    const fields = new Set<string>();
    JSON.parse(new TextDecoder().decode(artifact), (key, value) => {
      if (!/^\d*$/.test(key)) fields.add(key);
      return value;
    });
    const missing = [...fields].filter((field) => !new RegExp(`[\`.]${field}\\b`).test(page));
    expect(missing).toEqual([]);
    expect(fields.size).toBeGreaterThan(12);
  });

  it('is the same to the last byte when written again, and says what it is', () => {
    expect(exportOnnx(artifact)).toEqual(exported);
    const { metadata, inputs } = decodeOnnx(exported.day);
    expect(JSON.parse(metadata.get('feature_names')!)).toEqual(model.day.model.names);
    expect(inputs).toEqual([
      { name: 'features', elementType: 11, dims: ['rows', model.day.model.names.length] },
    ]);
    expect(JSON.parse(metadata.get('calibrator')!)).toEqual(model.day.calibrator);
    expect([metadata.get('kind'), metadata.get('head'), metadata.get('seed')]).toEqual([kind, 'day', '3']);
    expect(metadata.get('trained_at')).toBe(new Date(model.trainedAt).toISOString());
  });
});

const NAMES = ['a', 'b', 'c'];
/** Few whole numbers, so that many values lie on a threshold; and values that only doubles tell apart. */
const cell = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom(Number.NaN, 2 + 2 ** -50, -0));
const rowsOf = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 20 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

const calibrators: fc.Arbitrary<Calibrator> = fc.record({
  shift: fc.oneof(fc.constant(0), fc.double({ min: -3, max: 3, noNaN: true })),
  shape: fc.oneof(
    fc.constant({ kind: 'identity' as const }),
    fc.record({
      kind: fc.constant('platt' as const),
      slope: fc.double({ min: 0.1, max: 3, noNaN: true }),
      intercept: fc.double({ min: -2, max: 2, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('beta' as const),
      a: fc.double({ min: 0, max: 3, noNaN: true }),
      b: fc.double({ min: 0, max: 3, noNaN: true }),
      c: fc.double({ min: -2, max: 2, noNaN: true }),
    }),
    fc.uniqueArray(share, { minLength: 1, maxLength: 8 }).chain((from) =>
      fc.array(share, { minLength: from.length, maxLength: from.length }).map((to) => ({
        kind: 'isotonic' as const,
        from: from.toSorted((a, b) => a - b),
        to: to.toSorted((a, b) => a - b),
      })),
    ),
  ),
});

type Shape =
  | { value: number }
  | { feature: number; threshold: number; missing: boolean; left: Shape; right: Shape };
const shapes = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ value: fc.double({ min: -2, max: 2, noNaN: true }) }),
    fc.record({
      feature: fc.nat(2),
      threshold: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(2 + 2 ** -51)),
      missing: fc.boolean(),
      left: tie('shape'),
      right: tie('shape'),
    }),
  ),
})).shape;

function treeOf(shape: Shape): TreeJson {
  const tree: TreeJson = {
    feature: [],
    threshold: [],
    missingLeft: [],
    left: [],
    right: [],
    value: [],
    cover: [],
  };
  const lay = (node: Shape): number => {
    const isLeaf = 'value' in node;
    const id = tree.feature.push(isLeaf ? -1 : node.feature) - 1;
    tree.threshold[id] = isLeaf ? 0 : node.threshold;
    tree.missingLeft[id] = !isLeaf && node.missing ? 1 : 0;
    tree.value[id] = isLeaf ? node.value : 0;
    tree.cover[id] = 1;
    tree.left[id] = isLeaf ? -1 : lay(node.left);
    tree.right[id] = isLeaf ? -1 : lay(node.right);
    return id;
  };
  lay(shape);
  return tree;
}

const terms: fc.Arbitrary<Term> = fc.record({
  source: fc.nat(2),
  form: fc.constantFrom('raw' as const, 'log' as const, 'odds' as const, 'missing' as const),
  median: fc.constantFrom(0, 0.25, 3),
  low: fc.constantFrom(0, 0.5),
  high: fc.constantFrom(1, 3),
  mean: fc.double({ min: -1, max: 1, noNaN: true }),
  deviation: fc.double({ min: 0.1, max: 2, noNaN: true }),
});

const matrixOf = (rows: number[][]): FeatureMatrix => ({
  names: NAMES,
  rows: rows.length,
  columns: NAMES.map((_, f) => Float64Array.from(rows, (row) => row[f]!)),
  jobIndex: new Int32Array(rows.length),
  cutoff: new Float64Array(rows.length),
  horizon: new Uint8Array(rows.length),
});

describe('whatever the model and its calibrator are, onnxruntime gives our scores', () => {
  const check = async (json: object, calibrator: Calibrator, rows: number[][]) => {
    const model = modelFromJson({ version: 1, names: NAMES, settings: {}, ...json } as never);
    const head = { model, calibrator, interval: null };
    const whole: ForecastModel = {
      kind: model.kind,
      seed: 1,
      trainedAt: 0,
      week: head,
      day: head,
    };
    expect(await difference(exportHead(whole, 'week'), head, matrixOf(rows))).toBeLessThan(TOLERANCE);
  };

  it('with trees: on the threshold, missing, of one leaf, none', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(shapes, { maxLength: 4 }),
        fc.constantFrom('logit', 'identity'),
        calibrators,
        rowsOf,
        (ensemble, link, calibrator, rows) =>
          check({ kind: 'boosting', link, offset: 0.25, trees: ensemble.map(treeOf) }, calibrator, rows),
      ),
      { numRuns: 150 },
    ));

  it('with a leaf and a node below a root that would have the same number, which older releases mix up', () => {
    const stump: Shape = { feature: 0, threshold: 1, missing: true, left: { value: 1 }, right: { value: 2 } };
    const trees = [stump, { ...stump, left: { value: 3 }, right: stump }, { ...stump, left: stump }].map(
      treeOf,
    );
    const graph = new GraphBuilder();
    addTrees(graph, 'x', trees);
    const listed = (name: string) => [
      ...(graph.nodes[0]!.attributes.get(name) as { value: Float64Array }).value,
    ];
    const [roots, yes, no] = ['tree_roots', 'nodes_truenodeids', 'nodes_falsenodeids'].map(listed);
    expect(roots).toEqual([0, 1, 3]);
    for (const root of roots!.slice(1)) expect(yes![root]).not.toBe(no![root]);
    return check(
      { kind: 'boosting', link: 'logit', offset: 0, trees },
      { shape: { kind: 'identity' }, shift: 0 },
      [
        [0, 0, 0],
        [1, 0, 0],
        [Number.NaN, 0, 0],
      ],
    );
  });

  it('with parts that are blended, also where they are sure', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(shapes, { minLength: 1, maxLength: 3 }),
        fc.constantFrom([1, 0, 0], [0.25, 0.5, 0.25], [0, 0.25, 0.75]),
        calibrators,
        rowsOf,
        (ensemble, shares, calibrator, rows) => {
          const trees = ensemble.map(treeOf);
          const shared = { version: 1, names: NAMES, settings: {}, offset: 0, trees };
          const parts = [
            { ...shared, kind: 'boosting', link: 'logit' },
            { ...shared, kind: 'boosting', link: 'logit', offset: 30 },
            { ...shared, kind: 'forest', link: 'identity' },
          ];
          return check({ kind: 'blend', shares, parts }, calibrator, rows);
        },
      ),
      { numRuns: 100 },
    ));

  it('with terms of every form, or none', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(terms, fc.double({ min: -2, max: 2, noNaN: true })), { maxLength: 6 }),
        calibrators,
        rowsOf,
        (pairs, calibrator, rows) => {
          const coefficients = [-0.5, ...pairs.map(([, slope]) => slope)];
          return check(
            { kind: 'logistic', terms: pairs.map(([term]) => term), coefficients },
            calibrator,
            rows,
          );
        },
      ),
      { numRuns: 150 },
    ));
});
