import type { FeatureMatrix } from '../features/feature-matrix.ts';
import type { Term } from '../learners/linear-terms.ts';
import type { Preparation } from './import-preparation.ts';
import type { OnnxNode } from './onnx-model.ts';
import { OperatorAttributes } from './operator-attributes.ts';

/**
 * The log-odds of a LinearClassifier with two classes as terms of ours: one per column, not held within bounds.
 *
 * A linear model knows no missing value. What stands for it: the Imputer's value, else the median of the background,
 * else the Scaler's offset (a mean), else 0.
 *
 * @throws OnnxNotUnderstood
 */
export function readLinear(
  node: OnnxNode,
  width: number,
  { imputed, scaling }: Preparation,
  background: FeatureMatrix | null,
): { terms: Term[]; coefficients: number[] } {
  const attributes = new OperatorAttributes(node);
  const { slopes, intercept } = readScore(attributes, width);
  const terms = Array.from(slopes, (_, source): Term => {
    const offset = scaling?.offset[source] ?? 0;
    return {
      source,
      form: 'raw',
      median: imputed?.[source] ?? medianOf(background?.columns[source]) ?? offset,
      low: -Number.MAX_VALUE,
      high: Number.MAX_VALUE,
      mean: offset,
      deviation: 1,
    };
  });
  const coefficients = [intercept, ...slopes.map((slope, f) => slope * (scaling?.scale[f] ?? 1))];
  return { terms, coefficients };
}

/** The score whose sigmoid is the probability of the second class. */
function readScore(
  attributes: OperatorAttributes,
  width: number,
): { slopes: Float64Array; intercept: number } {
  const all = attributes.floats('coefficients');
  const intercepts = attributes.floats('intercepts');
  const classes = all.length / width;
  if ((classes !== 1 && classes !== 2) || ![0, classes].includes(intercepts.length)) {
    const found = `${all.length} and ${intercepts.length}`;
    throw attributes.wrong('coefficients', `${width} or ${2 * width}, and as many intercepts as rows`, found);
  }
  if (![...all, ...intercepts].every(Number.isFinite)) {
    throw attributes.wrong('coefficients', 'finite numbers', 'others');
  }
  const transform = attributes.string('post_transform', 'NONE');
  const second = { slopes: all.subarray(-width), intercept: intercepts.at(-1) ?? 0 };
  if (transform === 'LOGISTIC') return second;
  if (transform === 'SOFTMAX' && classes === 2) {
    return {
      slopes: second.slopes.map((slope, f) => slope - all[f]!),
      intercept: second.intercept - (intercepts[0] ?? 0),
    };
  }
  throw attributes.wrong('post_transform', 'LOGISTIC, or SOFTMAX of two classes', transform);
}

function medianOf(column: Float64Array | undefined): number | undefined {
  const known = column?.filter((value) => !Number.isNaN(value)).sort();
  return known?.[known.length >> 1];
}
