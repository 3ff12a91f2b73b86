import {
  type Attribute,
  ELEMENT,
  type OnnxModel,
  type OnnxNode,
  type OnnxValue,
  type Tensor,
} from './onnx-model.ts';
import { WireWriter } from './wire-writer.ts';

/** Numbers of the fields and types: onnx/onnx.proto of ONNX 1.16 (IR version 10). The same model, the same bytes. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const writer = new WireWriter().int(1, model.irVersion).text(2, model.producer).message(7, graph(model));
  for (const [domain, version] of model.opsets) {
    writer.message(8, new WireWriter().text(1, domain).int(2, version));
  }
  for (const [key, value] of model.metadata) {
    writer.message(14, new WireWriter().text(1, key).text(2, value));
  }
  return writer.finish();
}

function graph({ nodes, graphName, constants, inputs, outputs }: OnnxModel): WireWriter {
  const writer = new WireWriter();
  for (const one of nodes) writer.message(1, node(one));
  writer.text(2, graphName);
  for (const [name, value] of constants) writer.message(5, tensor(value, name));
  for (const input of inputs) writer.message(11, valueInfo(input));
  for (const output of outputs) writer.message(12, valueInfo(output));
  return writer;
}

function node({ inputs, outputs, operator, attributes, domain }: OnnxNode): WireWriter {
  const writer = new WireWriter();
  for (const input of inputs) writer.text(1, input);
  for (const output of outputs) writer.text(2, output);
  writer.text(4, operator);
  for (const [name, value] of attributes) writer.message(5, attribute(name, value));
  if (domain !== '') writer.text(7, domain);
  return writer;
}

const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const;

function attribute(name: string, { kind, value }: Attribute): WireWriter {
  const writer = new WireWriter().text(1, name);
  if (kind === 'float') writer.float(2, value);
  else if (kind === 'int') writer.int(3, value);
  else if (kind === 'string') writer.text(4, value);
  else if (kind === 'tensor') writer.message(5, tensor(value));
  else if (kind === 'floats') writer.bytes(7, bytesOf({ elementType: ELEMENT.float, values: value }));
  else if (kind === 'ints') writer.ints(8, value);
  else for (const one of value) writer.text(9, one);
  return writer.int(20, ATTRIBUTE_TYPES[kind]);
}

function tensor({ elementType, dims, values }: Tensor, name = ''): WireWriter {
  const writer = new WireWriter().ints(1, dims).int(2, elementType);
  if (name !== '') writer.text(8, name);
  return writer.bytes(9, bytesOf({ elementType, values }));
}

/** Little-endian, as raw data are in ONNX. */
function bytesOf({ elementType, values }: Pick<Tensor, 'elementType' | 'values'>): Uint8Array {
  if (elementType === ELEMENT.uint8 || elementType === ELEMENT.bool) return Uint8Array.from(values);
  const width = elementType === ELEMENT.float ? 4 : 8;
  const bytes = new Uint8Array(width * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    if (elementType === ELEMENT.float) view.setFloat32(4 * i, value, true);
    else if (elementType === ELEMENT.double) view.setFloat64(8 * i, value, true);
    else view.setBigInt64(8 * i, BigInt(value), true);
  });
  return bytes;
}

function valueInfo({ name, elementType, dims }: OnnxValue): WireWriter {
  const shape = new WireWriter();
  for (const dim of dims) {
    shape.message(1, typeof dim === 'number' ? new WireWriter().int(1, dim) : new WireWriter().text(2, dim));
  }
  const type = new WireWriter().message(1, new WireWriter().int(1, elementType).message(2, shape));
  return new WireWriter().text(1, name).message(2, type);
}
