import { ELEMENT, type OnnxModel, type OnnxNode, type OnnxValue } from './onnx-model.ts';
import { OnnxNotUnderstood } from './onnx-not-understood.ts';
import { OperatorAttributes } from './operator-attributes.ts';

const MODELS = ['TreeEnsembleClassifier', 'TreeEnsembleRegressor', 'LinearClassifier'];
const BEFORE = ['Identity', 'Cast', 'Imputer', 'Scaler'];
const AFTER = ['Identity', 'Cast', 'ZipMap', 'Mul', 'Sigmoid'];
const KNOWN = [...new Set([...MODELS, ...BEFORE, ...AFTER])];

/** One model, what prepares its matrix, and what becomes of its scores. */
export interface ModelPath {
  input: OnnxValue;
  /** The model sees floats of 32 bits, whatever is told. */
  seesFloats: boolean;
  /** `Imputer` and `Scaler`, in the order in which they are done. */
  preparations: OnnxNode[];
  model: OnnxNode;
  scores: ScoreChange;
}

/** Scores are multiplied by the factor, then bent by a sigmoid or not. */
interface ScoreChange {
  factor: number;
  sigmoid: boolean;
}

/**
 * Finds the one way from the matrix to the scores in a graph as skl2onnx and onnxmltools write it.
 *
 * @throws OnnxNotUnderstood for an unknown operator, no model or several, a cycle, an input that is no matrix
 */
export function findModelPath(onnx: OnnxModel): ModelPath {
  const strange = onnx.nodes.find(({ operator }) => !KNOWN.includes(operator));
  if (strange !== undefined) {
    throw new OnnxNotUnderstood('graph', `only operators out of ${KNOWN.join(', ')}`, strange.operator);
  }
  const [model, ...others] = onnx.nodes.filter((node) => MODELS.includes(node.operator));
  if (model === undefined || others.length > 0) {
    const found = model === undefined ? 'none' : `${1 + others.length}`;
    throw new OnnxNotUnderstood('graph', `one model (${MODELS.join(', ')})`, found);
  }
  const used = new Set<OnnxNode>();
  use(used, model);
  const above = goUp(onnx, model, used);
  const scores = scoresOf(onnx, model, used);
  const beside = onnx.nodes.find((node) => !used.has(node));
  if (beside !== undefined) {
    const found = `${beside.operator} that is not on it`;
    throw new OnnxNotUnderstood('graph', 'one way from the matrix to the scores', found);
  }
  return { ...above, model, scores };
}

function use(used: Set<OnnxNode>, node: OnnxNode): void {
  if (used.has(node)) throw new OnnxNotUnderstood('graph', 'no cycle', `one through ${node.operator}`);
  used.add(node);
}

function goUp(onnx: OnnxModel, model: OnnxNode, used: Set<OnnxNode>) {
  const preparations: OnnxNode[] = [];
  let castToFloat = false;
  let name = model.inputs[0] ?? '';
  for (;;) {
    const makers = onnx.nodes.filter((node) => node.outputs.includes(name));
    if (makers.length === 0) break;
    if (makers.length > 1)
      throw new OnnxNotUnderstood(`value ${name}`, 'one operator that makes it', 'several');
    const maker = makers[0]!;
    use(used, maker);
    if (!BEFORE.includes(maker.operator)) {
      throw new OnnxNotUnderstood(`before ${model.operator}`, `only ${BEFORE.join(', ')}`, maker.operator);
    }
    if (maker.operator === 'Imputer' || maker.operator === 'Scaler') preparations.unshift(maker);
    if (maker.operator === 'Cast' && new OperatorAttributes(maker).int('to', 0) === ELEMENT.float)
      castToFloat = true;
    name = maker.inputs[0] ?? '';
  }
  // Until IR version 3 constants were listed among the inputs.
  const inputs = onnx.inputs.filter((one) => !onnx.constants.has(one.name));
  const [input] = inputs;
  if (input === undefined || inputs.length > 1 || input.name !== name) {
    const found = inputs.map((one) => one.name).join(', ') || 'none';
    throw new OnnxNotUnderstood('graph', `one input, the matrix that ${model.operator} reads`, found);
  }
  const { elementType, dims } = input;
  if (dims.length !== 2 || (elementType !== ELEMENT.float && elementType !== ELEMENT.double)) {
    const found = `${dims.length} dimensions of type ${elementType}`;
    throw new OnnxNotUnderstood(`input ${name}`, 'a matrix of floats or doubles', found);
  }
  return { input, preparations, seesFloats: castToFloat || elementType === ELEMENT.float };
}

/** Classifiers give labels, then scores; regressors scores only. */
function scoresOf(onnx: OnnxModel, model: OnnxNode, used: Set<OnnxNode>): ScoreChange {
  const [first = '', second = ''] = model.outputs;
  const isClassifier = model.operator !== 'TreeEnsembleRegressor';
  if (isClassifier) follow(onnx, first, ['Identity', 'Cast'], used);
  const ends = follow(onnx, isClassifier ? second : first, AFTER, used);
  if (ends.length !== 1) {
    throw new OnnxNotUnderstood('graph', 'one output that holds the scores', `${ends.length}`);
  }
  return ends[0]!;
}

/** What has become of a value in each output of the graph that it flows into. */
function follow(
  onnx: OnnxModel,
  name: string,
  allowed: readonly string[],
  used: Set<OnnxNode>,
  change: ScoreChange = { factor: 1, sigmoid: false },
): ScoreChange[] {
  const ends = onnx.outputs.some((output) => output.name === name) ? [change] : [];
  if (name === '') return ends;
  for (const node of onnx.nodes.filter(({ inputs }) => inputs.includes(name))) {
    use(used, node);
    if (!allowed.includes(node.operator)) {
      throw new OnnxNotUnderstood(`after ${name}`, `only ${allowed.join(', ')}`, node.operator);
    }
    const next = { ...change };
    if (node.operator === 'Sigmoid') next.sigmoid = true;
    if (node.operator === 'Mul') next.factor *= factorOf(onnx, node, name);
    if (change.sigmoid && (node.operator === 'Sigmoid' || next.factor !== change.factor)) {
      throw new OnnxNotUnderstood(`after ${name}`, 'nothing that changes a sigmoid', node.operator);
    }
    ends.push(...follow(onnx, node.outputs[0] ?? '', allowed, used, next));
  }
  return ends;
}

function factorOf(onnx: OnnxModel, node: OnnxNode, name: string): number {
  const other = node.inputs.find((input) => input !== name) ?? '';
  const values = onnx.constants.get(other)?.values;
  if (values?.length !== 1 || !Number.isFinite(values[0])) {
    throw new OnnxNotUnderstood(
      `Mul after ${name}`,
      'one number to multiply with',
      `${values?.length ?? 'none'}`,
    );
  }
  return values[0]!;
}
