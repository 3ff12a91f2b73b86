import { decodeArtifact, type ForecastModel } from '../forecast/artifact.ts';
import type { RateParameters } from '../learners/base-rates.ts';
import { SUREST } from '../learners/blend.ts';
import type { TreeJson } from '../learners/decision-tree.ts';
import { isBaseRate, isLinear, type ModelJson } from '../learners/learner.ts';
import type { Term } from '../learners/linear-terms.ts';
import { encodeOnnx } from './encode-onnx.ts';
import { addBaseRate } from './export-base-rate.ts';
import { addCalibrator } from './export-calibrator.ts';
import { addLinearMargin } from './export-linear.ts';
import { addTrees } from './export-trees.ts';
import { GraphBuilder, ML_DOMAIN } from './graph-builder.ts';
import { ELEMENT, type OnnxModel } from './onnx-model.ts';

export const EXPORT_INPUT = 'features';
export const EXPORT_OUTPUT = 'probability';
const RAW_OUTPUT = 'raw_probability';

/** Operators of ONNX 1.16 (2024): the first with trees in doubles. */
const IR_VERSION = 10;
const OPSETS = new Map([
  ['', 18],
  [ML_DOMAIN, 5],
]);

/**
 * Both heads of an artifact as ONNX files: input `features`, doubles [rows, features] with NaN for a missing value;
 * outputs `probability` (calibrated) and `raw_probability`, doubles [rows]. The same artifact gives the same bytes.
 * What is done after the heads (days that agree with their week, rates of groups for young jobs) is not in them.
 *
 * @throws Error when the artifact is no forecast model of this version
 */
export function exportOnnx(artifact: Uint8Array): { week: Uint8Array; day: Uint8Array } {
  const model = decodeArtifact(artifact);
  return { week: exportHead(model, 'week'), day: exportHead(model, 'day') };
}

export function exportHead(forecastModel: ForecastModel, head: 'week' | 'day'): Uint8Array {
  const { model, calibrator } = forecastModel[head];
  const graph = new GraphBuilder();
  const raw = addModel(graph, head, model.toJSON());
  const bent = addCalibrator(graph, raw, calibrator);
  const axis = graph.constant(ELEMENT.int64, [1], [1]);
  for (const [column, output] of [
    [raw, RAW_OUTPUT],
    [bent, EXPORT_OUTPUT],
  ] as const) {
    graph.operator('Squeeze', [column, axis], {}, { output });
  }
  const out = (name: string) => ({ name, elementType: ELEMENT.double, dims: ['rows'] });
  const onnx: OnnxModel = {
    irVersion: IR_VERSION,
    opsets: OPSETS,
    producer: 'smart-etl',
    metadata: metadataOf(forecastModel, head),
    graphName: `smart-etl-forecast-${head}`,
    nodes: graph.nodes,
    constants: graph.constants,
    inputs: [{ name: EXPORT_INPUT, elementType: ELEMENT.double, dims: ['rows', model.names.length] }],
    outputs: [out(EXPORT_OUTPUT), out(RAW_OUTPUT)],
  };
  return encodeOnnx(onnx);
}

/** Probabilities that are not calibrated, in a column. */
function addModel(graph: GraphBuilder, head: 'week' | 'day', json: ModelJson): string {
  if (isBaseRate(json.kind)) {
    return addBaseRate(graph, EXPORT_INPUT, head, json as ModelJson & { parameters: RateParameters });
  }
  if (isLinear(json.kind)) {
    const { terms, coefficients } = json as ModelJson & { terms: Term[]; coefficients: number[] };
    return graph.sigmoid(addLinearMargin(graph, EXPORT_INPUT, terms, coefficients));
  }
  if (json.kind === 'blend') {
    return addBlend(graph, head, json as ModelJson & { shares: number[]; parts: ModelJson[] });
  }
  const { trees, offset, link } = json as ModelJson & { trees: TreeJson[]; offset: number; link: string };
  const margin = graph.operator('Add', [addTrees(graph, EXPORT_INPUT, trees), graph.row([offset])]);
  return link === 'logit' ? graph.sigmoid(margin) : graph.held(margin, [0], [1]);
}

/** The weighted mean of the parts' log-odds: blend.ts. */
function addBlend(
  graph: GraphBuilder,
  head: 'week' | 'day',
  { shares, parts }: { shares: number[]; parts: ModelJson[] },
): string {
  const margins = parts.flatMap((part, p) => {
    if (shares[p] === 0) return [];
    const held = graph.held(addModel(graph, head, part), [SUREST], [1 - SUREST]);
    return [graph.operator('Mul', [graph.logOdds(held), graph.row([shares[p]!])])];
  });
  return graph.sigmoid(margins.reduce((sum, margin) => graph.operator('Add', [sum, margin])));
}

function metadataOf({ kind, seed, trainedAt, ...heads }: ForecastModel, head: 'week' | 'day') {
  const { model, calibrator } = heads[head];
  return new Map([
    ['feature_names', JSON.stringify(model.names)],
    ['head', head],
    ['kind', kind],
    ['seed', `${seed}`],
    ['trained_at', new Date(trainedAt).toISOString()],
    ['settings', JSON.stringify(model.settings)],
    ['calibrator', JSON.stringify(calibrator)],
  ]);
}
