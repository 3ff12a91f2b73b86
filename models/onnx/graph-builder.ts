import { type Attribute, ELEMENT, type OnnxNode, type Tensor } from './onnx-model.ts';

/** Domain of the operators for classical models. */
export const ML_DOMAIN = 'ai.onnx.ml';

/** Lays operators one after the other; each gives one value, known by its name. Same calls, same names. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants = new Map<string, Tensor>();

  operator(
    operator: string,
    inputs: string[],
    attributes: Record<string, Attribute> = {},
    { domain = '', output }: { domain?: string; output?: string } = {},
  ): string {
    const name = output ?? `${operator.toLowerCase()}_${this.nodes.length}`;
    this.nodes.push({
      domain,
      operator,
      inputs,
      outputs: [name],
      attributes: new Map(Object.entries(attributes)),
    });
    return name;
  }

  /** Doubles in one row, as wide as the columns they meet; a single one meets every column. */
  row(values: ArrayLike<number>): string {
    return this.constant(ELEMENT.double, [1, values.length], values);
  }

  constant(elementType: Tensor['elementType'], dims: number[], values: ArrayLike<number>): string {
    const name = `constant_${this.constants.size}`;
    this.constants.set(name, { elementType, dims, values: Float64Array.from(values) });
    return name;
  }

  /** The columns at these positions of a matrix, in this order. */
  columns(matrix: string, positions: readonly number[]): string {
    const indices = this.constant(ELEMENT.int64, [positions.length], positions);
    return this.operator('Gather', [matrix, indices], { axis: { kind: 'int', value: 1 } });
  }

  /** A column that has the same value in every row, as long as the matrix, whatever the matrix holds. */
  constantColumn(matrix: string, value: number): string {
    const same = this.row([value]);
    return this.operator('Where', [this.operator('IsNaN', [this.columns(matrix, [0])]), same, same]);
  }

  sigmoid(margin: string): string {
    const one = this.row([1]);
    const odds = this.operator('Exp', [this.operator('Neg', [margin])]);
    return this.operator('Div', [one, this.operator('Add', [one, odds])]);
  }

  /** Between the bounds; a missing value must have been replaced before. */
  held(value: string, low: ArrayLike<number>, high: ArrayLike<number>): string {
    return this.operator('Max', [this.operator('Min', [value, this.row(high)]), this.row(low)]);
  }

  /** log(share / (1 - share)). */
  logOdds(share: string): string {
    const rest = this.operator('Sub', [this.row([1]), share]);
    return this.operator('Log', [this.operator('Div', [share, rest])]);
  }
}
