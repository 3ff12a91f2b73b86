import type { Attribute, OnnxNode } from './onnx-model.ts';
import { OnnxNotUnderstood } from './onnx-not-understood.ts';

const NOTHING = new Float64Array(0);

/** Attributes of one operator by name, with what holds when they are not told. */
export class OperatorAttributes {
  private readonly node: OnnxNode;

  constructor(node: OnnxNode) {
    this.node = node;
  }

  int(name: string, otherwise: number): number {
    return this.find(name, 'int')?.value ?? otherwise;
  }

  float(name: string): number | undefined {
    return this.find(name, 'float')?.value;
  }

  string(name: string, otherwise: string): string {
    return this.find(name, 'string')?.value ?? otherwise;
  }

  strings(name: string): string[] {
    return this.find(name, 'strings')?.value ?? [];
  }

  ints(name: string): Float64Array {
    return this.find(name, 'ints')?.value ?? NOTHING;
  }

  /** Floats, or the doubles that stand in their place since version 3 of ai.onnx.ml. */
  floats(name: string): Float64Array {
    return (
      this.find(`${name}_as_tensor`, 'tensor')?.value.values ?? this.find(name, 'floats')?.value ?? NOTHING
    );
  }

  wrong(name: string, expected: string, found: string): OnnxNotUnderstood {
    return new OnnxNotUnderstood(`${this.node.operator}.${name}`, expected, found);
  }

  private find<K extends Attribute['kind']>(
    name: string,
    kind: K,
  ): Extract<Attribute, { kind: K }> | undefined {
    const found = this.node.attributes.get(name);
    if (found !== undefined && found.kind !== kind)
      throw this.wrong(name, `an attribute of ${kind}`, found.kind);
    return found as Extract<Attribute, { kind: K }> | undefined;
  }
}
