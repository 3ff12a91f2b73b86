/** Numbers of the types of elements in onnx.proto. */
export const ELEMENT = { float: 1, uint8: 2, int64: 7, bool: 9, double: 11 } as const;

export interface Tensor {
  elementType: number;
  dims: number[];
  /** Row by row. */
  values: Float64Array;
}

/** What an attribute of a node says; numbers are all doubles here, whatever they are in the file. */
export type Attribute =
  | { kind: 'int'; value: number }
  | { kind: 'float'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'tensor'; value: Tensor }
  | { kind: 'ints'; value: Float64Array }
  | { kind: 'floats'; value: Float64Array }
  | { kind: 'strings'; value: string[] };

export interface OnnxNode {
  domain: string;
  operator: string;
  inputs: string[];
  outputs: string[];
  attributes: Map<string, Attribute>;
}

/** An input or output of a graph. `elementType` 0: no tensor. A dimension of any size is its name. */
export interface OnnxValue {
  name: string;
  elementType: number;
  dims: (number | string)[];
}

/** The part of ModelProto that is written and read: one graph, no functions, no subgraphs, no external data. */
export interface OnnxModel {
  irVersion: number;
  /** Version of the operators by domain; '' is that of ONNX itself. */
  opsets: Map<string, number>;
  producer: string;
  metadata: Map<string, string>;
  graphName: string;
  nodes: OnnxNode[];
  constants: Map<string, Tensor>;
  inputs: OnnxValue[];
  outputs: OnnxValue[];
}
