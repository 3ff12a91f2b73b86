import { alignColumns, type FeatureMatrix } from '../features/feature-matrix.ts';
import { modelFromJson } from '../learners/contestants.ts';
import type { FittedModel } from '../learners/learner.ts';
import { treeEnsembleModel } from '../learners/tree-ensemble.ts';
import { decodeOnnx } from './decode-onnx.ts';
import { readLinear } from './import-linear.ts';
import { readPreparation } from './import-preparation.ts';
import { addCover, readTrees, reasonSteps } from './import-trees.ts';
import { findModelPath, type ModelPath } from './model-path.ts';
import type { OnnxModel } from './onnx-model.ts';
import { OnnxNotUnderstood } from './onnx-not-understood.ts';
import { OperatorAttributes } from './operator-attributes.ts';

const MAX_FEATURES = 4096;
/** Steps that the reasons of one row may cost: about a tenth of a second. 1,000 trees of 31 leaves cost two million. */
const MAX_REASON_STEPS = 20_000_000;

export interface ImportOptions {
  /** Names of the columns in the model's order; not given: `feature_names` in the file's metadata, a JSON list. */
  names?: readonly string[];
  /** Rows as the model will meet them: reasons are told against them, their medians stand for missing values. */
  background?: FeatureMatrix;
}

/**
 * Reads a classifier or regressor of a failure, trained elsewhere, as a model of ours: trees as `boosting` (a sigmoid at
 * the end) or `forest` (a share at the end), a LinearClassifier as `logistic`; `settings.imported` is 1. Then it can be
 * calibrated, explained, saved and compared like the others. The file is not trusted, and no code of it is run.
 *
 * @throws OnnxNotUnderstood
 */
export function importOnnx(bytes: Uint8Array, options: ImportOptions = {}): FittedModel {
  return importDescribedOnnx(bytes, options).model;
}

/**
 * The same, with what the file tells of itself in `metadata_props`.
 *
 * @throws OnnxNotUnderstood
 */
export function importDescribedOnnx(
  bytes: Uint8Array,
  { names, background }: ImportOptions = {},
): { model: FittedModel; metadata: ReadonlyMap<string, string> } {
  const onnx = decodeOnnx(bytes);
  const path = findModelPath(onnx);
  const features = featureNames(onnx, path, names);
  const rows = background === undefined ? null : alignColumns(background, features);
  const linear = path.model.operator === 'LinearClassifier';
  const model = linear ? linearModel(path, features, rows) : treeModel(path, features, rows);
  return { model, metadata: onnx.metadata };
}

function featureNames(onnx: OnnxModel, { input }: ModelPath, told?: readonly string[]): string[] {
  const names = told ?? namesFrom(onnx.metadata.get('feature_names'));
  const width = input.dims[1]!;
  const where = `input ${input.name}`;
  if (names.length === 0 || names.length > MAX_FEATURES || new Set(names).size !== names.length) {
    throw new OnnxNotUnderstood(
      where,
      `1 to ${MAX_FEATURES} different names of features`,
      `${names.length} names`,
    );
  }
  if (typeof width === 'number' && width > 0 && width !== names.length) {
    throw new OnnxNotUnderstood(where, `${names.length} columns, one for each name`, `${width}`);
  }
  return [...names];
}

function namesFrom(text: string | undefined): string[] {
  const expected = 'names of the features: as an option, or as a JSON list in its entry feature_names';
  if (text === undefined) throw new OnnxNotUnderstood('metadata_props', expected, 'neither');
  let names: unknown;
  try {
    names = JSON.parse(text);
  } catch {
    names = null;
  }
  if (Array.isArray(names) && names.every((name): name is string => typeof name === 'string')) return names;
  throw new OnnxNotUnderstood('metadata_props', expected, JSON.stringify(text.slice(0, 60)));
}

function treeModel(path: ModelPath, names: string[], background: FeatureMatrix | null): FittedModel {
  const { model, preparations, seesFloats, scores } = path;
  const { imputed, scaling } = readPreparation(preparations, names.length);
  if (scaling !== null) throw new OnnxNotUnderstood(`before ${model.operator}`, 'no Scaler', 'one');
  const { prefix, wantedId, offset, factor, logistic } =
    model.operator === 'TreeEnsembleClassifier' ? readClassifier(model) : readRegressor(model);
  const trees = readTrees(model, { prefix, wantedId, seesFloats, width: names.length, imputed });
  const steps = trees.reduce((sum, tree) => sum + reasonSteps(tree), 0);
  if (steps > MAX_REASON_STEPS) {
    const expected = `trees whose reasons cost at most ${MAX_REASON_STEPS} steps a row (leaves × depth²)`;
    throw new OnnxNotUnderstood(model.operator, expected, `${steps}: fewer trees, or fewer leaves`);
  }
  const isLogit = logistic || scores.sigmoid;
  if (logistic && (scores.sigmoid || scores.factor !== 1)) {
    throw new OnnxNotUnderstood(
      `after ${model.operator}`,
      'nothing that changes a probability',
      'Mul or Sigmoid',
    );
  }
  const times = scores.factor * (factor === 'average' ? 1 / trees.length : 1);
  for (const tree of trees) {
    for (let n = 0; n < tree.value.length; n++) tree.value[n]! *= times;
    if (background !== null) addCover(tree, background);
  }
  return treeEnsembleModel({
    kind: isLogit ? 'boosting' : 'forest',
    names,
    settings: { imported: 1 },
    link: isLogit ? 'logit' : 'identity',
    offset: offset * scores.factor,
    trees,
  });
}

function readClassifier(model: ModelPath['model']) {
  const attributes = new OperatorAttributes(model);
  requireTwoClasses(attributes, attributes.ints('classlabels_int64s'));
  const ids = new Set(attributes.ints('class_ids'));
  const base = attributes.floats('base_values');
  // One id: its score is that of the second class, whichever it names. Two ids: each class has its own.
  if (base.length > (ids.size === 1 ? 1 : 0)) {
    throw attributes.wrong(
      'base_values',
      'at most one, none when both classes have weights',
      `${base.length}`,
    );
  }
  return {
    prefix: 'class' as const,
    wantedId: ids.size === 1 ? null : 1,
    offset: finite(attributes, base[0] ?? 0),
    factor: 'sum',
    logistic: isLogistic(attributes),
  };
}

function readRegressor(model: ModelPath['model']) {
  const attributes = new OperatorAttributes(model);
  const targets = attributes.int('n_targets', 1);
  if (targets !== 1) throw attributes.wrong('n_targets', '1', `${targets}`);
  const aggregate = attributes.string('aggregate_function', 'SUM');
  if (aggregate !== 'SUM' && aggregate !== 'AVERAGE') {
    throw attributes.wrong('aggregate_function', 'SUM or AVERAGE', aggregate);
  }
  const base = attributes.floats('base_values');
  if (base.length > 1) throw attributes.wrong('base_values', 'at most one', `${base.length}`);
  return {
    prefix: 'target' as const,
    wantedId: null,
    offset: finite(attributes, base[0] ?? 0),
    factor: aggregate === 'AVERAGE' ? 'average' : 'sum',
    logistic: isLogistic(attributes),
  };
}

function linearModel(path: ModelPath, names: string[], background: FeatureMatrix | null): FittedModel {
  const { model, preparations, scores } = path;
  const attributes = new OperatorAttributes(model);
  requireTwoClasses(attributes, attributes.ints('classlabels_ints'));
  if (scores.sigmoid || scores.factor !== 1) {
    throw new OnnxNotUnderstood(
      `after ${model.operator}`,
      'nothing that changes a probability',
      'Mul or Sigmoid',
    );
  }
  const preparation = readPreparation(preparations, names.length);
  const linear = readLinear(model, names.length, preparation, background);
  return modelFromJson({ kind: 'logistic', version: 1, names, settings: { imported: 1 }, ...linear });
}

function requireTwoClasses(attributes: OperatorAttributes, labels: Float64Array): void {
  if (labels.length === 2 && labels[0] === 0 && labels[1] === 1) return;
  throw attributes.wrong(
    'classlabels',
    'the whole numbers 0 (good) and 1 (failed)',
    labels.subarray(0, 5).join(', ') || 'none',
  );
}

function isLogistic(attributes: OperatorAttributes): boolean {
  const transform = attributes.string('post_transform', 'NONE');
  if (transform === 'NONE' || transform === 'LOGISTIC') return transform === 'LOGISTIC';
  throw attributes.wrong('post_transform', 'NONE or LOGISTIC', transform);
}

function finite(attributes: OperatorAttributes, value: number): number {
  if (!Number.isFinite(value)) throw attributes.wrong('base_values', 'a finite number', `${value}`);
  return value;
}
