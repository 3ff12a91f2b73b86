import type { OnnxNode } from './onnx-model.ts';
import { OnnxNotUnderstood } from './onnx-not-understood.ts';
import { OperatorAttributes } from './operator-attributes.ts';

/** What is done to the matrix before the model sees it, per column. */
export interface Preparation {
  /** What stands for a missing value; null: it stays missing. */
  imputed: Float64Array | null;
  /** (value - offset) × scale; null: the value. */
  scaling: { offset: Float64Array; scale: Float64Array } | null;
}

/** @throws OnnxNotUnderstood unless it is an Imputer of missing values, a Scaler, or one after the other */
export function readPreparation(nodes: readonly OnnxNode[], width: number): Preparation {
  const order = nodes.map(({ operator }) => operator).join(', ');
  if (!['', 'Imputer', 'Scaler', 'Imputer, Scaler'].includes(order)) {
    throw new OnnxNotUnderstood('before the model', 'at most an Imputer, then a Scaler', order);
  }
  const imputer = nodes.find(({ operator }) => operator === 'Imputer');
  const scaler = nodes.find(({ operator }) => operator === 'Scaler');
  return {
    imputed: imputer === undefined ? null : readImputer(new OperatorAttributes(imputer), width),
    scaling:
      scaler === undefined
        ? null
        : {
            offset: perColumn(new OperatorAttributes(scaler), 'offset', width),
            scale: perColumn(new OperatorAttributes(scaler), 'scale', width),
          },
  };
}

function readImputer(attributes: OperatorAttributes, width: number): Float64Array {
  const replaced = attributes.float('replaced_value_float') ?? 0;
  if (!Number.isNaN(replaced)) throw attributes.wrong('replaced_value_float', 'NaN', `${replaced}`);
  return perColumn(attributes, 'imputed_value_floats', width);
}

/** One number for every column, or one for all. */
function perColumn(attributes: OperatorAttributes, name: string, width: number): Float64Array {
  const told = attributes.floats(name);
  const values = told.length === 1 ? new Float64Array(width).fill(told[0]!) : told;
  if (values.length !== width || !values.every(Number.isFinite)) {
    throw attributes.wrong(name, `${width} finite numbers, or one`, `${told.length} numbers`);
  }
  return values;
}
