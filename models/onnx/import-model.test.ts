import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { modelFromJson } from '../learners/contestants.ts';
import { decodeOnnx } from './decode-onnx.ts';
import { encodeOnnx } from './encode-onnx.ts';
import { importOnnx } from './import-model.ts';
import type { OnnxModel } from './onnx-model.ts';
import { OnnxNotUnderstood } from './onnx-not-understood.ts';

/** Made by scripts/peers/make_onnx.py: models of LightGBM and scikit-learn, and what onnxruntime says of 60 rows. */
const folder = path.join(import.meta.dirname, '../../tests/fixtures/onnx');
const fileOf = (name: string) => new Uint8Array(readFileSync(path.join(folder, `${name}.onnx`)));
const { names, rows, missing, scores } = JSON.parse(
  readFileSync(path.join(folder, 'scores.json'), 'utf8'),
) as {
  names: string[];
  rows: (number | null)[][];
  missing: number;
  scores: Record<string, { complete: boolean; probabilities: number[] }>;
};

/** `complete`: for models that know no missing values. */
const matrixOf = (complete: boolean): FeatureMatrix => ({
  names,
  rows: rows.length,
  columns: names.map((_, f) => Float64Array.from(rows, (row) => row[f] ?? (complete ? missing : Number.NaN))),
  jobIndex: new Int32Array(rows.length),
  cutoff: new Float64Array(rows.length),
  horizon: new Uint8Array(rows.length),
});

describe.each(Object.keys(scores).map((name) => ({ name })))('$name', ({ name }) => {
  const { complete, probabilities } = scores[name]!;
  const matrix = matrixOf(complete);
  const model = importOnnx(fileOf(name));

  // Floats of 32 bits: the sums there are off by a few parts in ten million.
  it('scores as onnxruntime does', () => {
    expect(model.names).toEqual(names);
    const ours = model.predict(matrix);
    const far = ours.reduce((most, p, r) => Math.max(most, Math.abs(p - probabilities[r]!)), 0);
    expect(far).toBeLessThan(5e-7);
    expect(new Set(probabilities).size).toBeGreaterThan(10);
  });

  it('is saved and explained like a model of ours', () => {
    const back = modelFromJson(JSON.parse(JSON.stringify(model)));
    expect(back.predict(matrix)).toEqual(model.predict(matrix));
    expect(back.settings).toEqual({ imported: 1 });
    const probability = model.predict(matrix);
    for (const told of [model, importOnnx(fileOf(name), { background: matrix })]) {
      for (let row = 0; row < 10; row++) {
        const { base, margin, contributions } = told.explain(matrix, row);
        const sum = contributions.reduce((total, { contribution }) => total + contribution, base);
        expect(sum).toBeCloseTo(margin, 9);
        const bent = model.kind === 'forest' ? margin : 1 / (1 + Math.exp(-margin));
        expect(Math.min(1, Math.max(0, bent))).toBeCloseTo(probability[row]!, 9);
      }
    }
  });
});

it('tells reasons against the background: what an average row scores', () => {
  const matrix = matrixOf(false);
  const model = importOnnx(fileOf('lightgbm-regressor'), { background: matrix });
  const mean = model.predict(matrix).reduce((sum, p) => sum + p, 0) / matrix.rows;
  expect(model.explain(matrix, 0).base).toBeCloseTo(mean, 1);
  expect(model.explain(matrix, 0).base).not.toBe(
    importOnnx(fileOf('lightgbm-regressor')).explain(matrix, 0).base,
  );
});

it('takes other names of the columns than the file has, and the columns of a wider background by name', () => {
  const wider = {
    ...matrixOf(false),
    names: ['x', ...names],
    columns: [new Float64Array(rows.length), ...matrixOf(false).columns],
  };
  expect(importOnnx(fileOf('lightgbm-regressor'), { background: wider })).toBeDefined();
  const own = ['a', 'b', 'c', 'd', 'e'];
  expect(importOnnx(fileOf('lightgbm-regressor'), { names: own }).names).toEqual(own);
});

describe('a file that is not understood', () => {
  const changed = (change: (model: OnnxModel) => void, name = 'lightgbm-classifier') => {
    const model = decodeOnnx(fileOf(name));
    change(model);
    return () => importOnnx(encodeOnnx(model), { names });
  };
  const ensemble = (model: OnnxModel) => model.nodes.find(({ operator }) => operator.startsWith('Tree'))!;
  const setInt = (model: OnnxModel, name: string, at: number, value: number) => {
    (ensemble(model).attributes.get(name) as { value: Float64Array }).value[at] = value;
  };
  const setText = (model: OnnxModel, name: string, value: string) => {
    ensemble(model).attributes.set(name, { kind: 'string', value });
  };

  it('read and written without a change it is understood', () => {
    expect(changed(() => {})().predict(matrixOf(false))).toEqual(
      importOnnx(fileOf('lightgbm-classifier')).predict(matrixOf(false)),
    );
  });

  it.each<[string, string, () => unknown]>([
    ['is no ONNX', 'expected', () => importOnnx(new TextEncoder().encode('{"format":"json"}'))],
    ['is empty', 'expected one graph, found 0 in 0 bytes', () => importOnnx(new Uint8Array())],
    ['is too large', 'expected at most 209715200 bytes', () => importOnnx(new Uint8Array(200 * 2 ** 20 + 1))],
    [
      'has no names',
      'names of the features',
      () => importOnnx(encodeOnnx({ ...decodeOnnx(fileOf('lightgbm-regressor')), metadata: new Map() })),
    ],
    [
      'has names of other kinds',
      'found "[1]"',
      () =>
        importOnnx(
          encodeOnnx({
            ...decodeOnnx(fileOf('lightgbm-regressor')),
            metadata: new Map([['feature_names', '[1]']]),
          }),
        ),
    ],
    [
      'has another number of columns',
      'expected 4 columns, one for each name, found 5',
      () => importOnnx(fileOf('lightgbm-regressor'), { names: ['a', 'b', 'c', 'd'] }),
    ],
    [
      'has a name twice',
      'different names',
      () => importOnnx(fileOf('lightgbm-regressor'), { names: ['a', 'b', 'c', 'd', 'a'] }),
    ],
    [
      'has an unknown operator',
      'found SVMClassifier',
      changed((model) => {
        ensemble(model).operator = 'SVMClassifier';
      }),
    ],
    [
      'has two models',
      'expected one model',
      changed((model) => {
        model.nodes.push({ ...ensemble(model), outputs: ['l', 'p'] });
      }),
    ],
    [
      'has an operator beside the way',
      'Cast that is not on it',
      changed((model) => {
        model.nodes.push({
          domain: '',
          operator: 'Cast',
          inputs: ['x'],
          outputs: ['y'],
          attributes: new Map(),
        });
      }),
    ],
    [
      'goes round in operators',
      'expected no cycle',
      changed((model) => {
        model.nodes.push({
          domain: '',
          operator: 'Cast',
          inputs: [ensemble(model).outputs[1]!],
          outputs: ['input'],
          attributes: new Map(),
        });
      }),
    ],
    [
      'has two inputs',
      'expected one input',
      changed((model) => {
        model.inputs.push({ name: 'second', elementType: 1, dims: ['', 1] });
      }),
    ],
    [
      'has a matrix of whole numbers',
      'expected a matrix of floats or doubles',
      changed((model) => {
        model.inputs[0]!.elementType = 7;
      }),
    ],
    [
      'goes round in a tree',
      'nodes',
      changed((model) => {
        setInt(model, 'nodes_truenodeids', 0, 0);
      }),
    ],
    [
      'has a child that is not there',
      'expected nodes that exist',
      changed((model) => {
        setInt(model, 'nodes_truenodeids', 0, 99);
      }),
    ],
    [
      'asks for a feature that is not there',
      'expected features 0 to 4, found 5',
      changed((model) => {
        setInt(model, 'nodes_featureids', 0, 5);
      }),
    ],
    [
      'has a node twice',
      'every node once',
      changed((model) => {
        setInt(model, 'nodes_nodeids', 1, 0);
      }),
    ],
    [
      'has a negative number of a node',
      'expected numbers from 0',
      changed((model) => {
        setInt(model, 'nodes_nodeids', 1, -1);
      }),
    ],
    [
      'has lists of different lengths',
      'as many nodes in every list',
      changed((model) => {
        ensemble(model).attributes.set('nodes_truenodeids', { kind: 'ints', value: new Float64Array(3) });
      }),
    ],
    [
      'has a weight that is no number',
      'expected a number for a leaf',
      changed((model) => {
        setInt(model, 'class_weights', 0, Number.NaN);
      }),
    ],
    [
      'has a weight at an inner node',
      'expected a number for a leaf',
      changed((model) => {
        setInt(model, 'class_nodeids', 0, 0);
      }),
    ],
    [
      'compares categories',
      'BRANCH_EQ (categories are not known)',
      changed((model) => {
        (ensemble(model).attributes.get('nodes_modes') as { value: string[] }).value[0] = 'BRANCH_EQ';
      }),
    ],
    [
      'has three classes',
      'found 0, 1, 2',
      changed((model) => {
        ensemble(model).attributes.set('classlabels_int64s', {
          kind: 'ints',
          value: Float64Array.of(0, 1, 2),
        });
      }),
    ],
    [
      'transforms in another way',
      'found PROBIT',
      changed((model) => setText(model, 'post_transform', 'PROBIT')),
    ],
    [
      'takes the largest tree',
      'found MAX',
      changed((model) => setText(model, 'aggregate_function', 'MAX'), 'lightgbm-regressor'),
    ],
    [
      'says a number where a text should be',
      'expected an attribute of string, found int',
      changed((model) => {
        ensemble(model).attributes.set('post_transform', { kind: 'int', value: 1 });
      }),
    ],
    [
      'has a linear model of other width',
      'expected 5 or 10',
      changed((model) => {
        model.nodes
          .find(({ operator }) => operator === 'LinearClassifier')!
          .attributes.set('coefficients', { kind: 'floats', value: new Float64Array(7) });
      }, 'logistic-scaled'),
    ],
  ])('%s', (_, message, read) => {
    expect(read).toThrow(OnnxNotUnderstood);
    expect(read).toThrow(message);
  });

  it('cut anywhere or with any byte changed it is refused by name, or it is a model', () => {
    const bytes = fileOf('random-forest-imputed');
    const attempt = (damaged: Uint8Array) => {
      try {
        importOnnx(damaged, { names }).predict(matrixOf(false));
        return 'read';
      } catch (error) {
        expect(error).toBeInstanceOf(OnnxNotUnderstood);
        return 'refused';
      }
    };
    const outcomes = { read: 0, refused: 0 };
    for (let at = 0; at < bytes.length; at++) {
      outcomes[attempt(bytes.subarray(0, at))]++;
      for (const mask of [1, 128, 255]) {
        const changed = bytes.slice();
        changed[at]! ^= mask;
        outcomes[attempt(changed)]++;
      }
    }
    expect(outcomes.refused).toBeGreaterThan(bytes.length);
  });
});
