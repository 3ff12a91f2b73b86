import { NumberList, type Room, takeRoom } from './number-list.ts';
import {
  type Attribute,
  ELEMENT,
  type OnnxModel,
  type OnnxNode,
  type OnnxValue,
  type Tensor,
} from './onnx-model.ts';
import { OnnxNotUnderstood } from './onnx-not-understood.ts';
import { WireReader } from './wire-reader.ts';

/** A larger file is not read. */
export const MAX_ONNX_BYTES = 200 * 2 ** 20;
/** Operators of a graph. A model that is imported has ten. */
const MAX_OPERATORS = 10_000;
/** Numbers and texts in lists: a file of 200 MB of honest trees has about 50 million. */
const MAX_LISTED = 64_000_000;

/**
 * Reads a file that is not trusted. Nothing in it is run; what is not in `OnnxModel` is passed over, but data outside
 * the file, functions and subgraphs are refused, because a model without them would be another one.
 *
 * @throws OnnxNotUnderstood
 */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  if (bytes.length > MAX_ONNX_BYTES) {
    throw new OnnxNotUnderstood('file', `at most ${MAX_ONNX_BYTES} bytes`, `${bytes.length}`);
  }
  const model: OnnxModel = {
    irVersion: 0,
    opsets: new Map(),
    producer: '',
    metadata: new Map(),
    graphName: '',
    nodes: [],
    constants: new Map(),
    inputs: [],
    outputs: [],
  };
  const room: Room = { left: MAX_LISTED };
  let graphs = 0;
  const reader = new WireReader(bytes, 'model');
  while (reader.next()) {
    if (reader.field === 1) model.irVersion = reader.int();
    else if (reader.field === 2) model.producer = reader.text();
    else if (reader.field === 7) {
      graphs++;
      readGraph(reader.bytes(), model, room);
    } else if (reader.field === 8) {
      const { text, int } = readPair(reader.bytes(), 'opset_import');
      model.opsets.set(text.get(1) ?? '', int.get(2) ?? 0);
    } else if (reader.field === 14) {
      const { text } = readPair(reader.bytes(), 'metadata_props');
      model.metadata.set(text.get(1) ?? '', text.get(2) ?? '');
    } else if (reader.field === 25) {
      throw new OnnxNotUnderstood('model', 'no functions of its own', 'some');
    }
  }
  if (graphs !== 1) throw new OnnxNotUnderstood('model', 'one graph', `${graphs} in ${bytes.length} bytes`);
  return model;
}

/** The two fields of a small message; which of them is a text and which a number, the caller knows. */
function readPair(bytes: Uint8Array, where: string) {
  const text = new Map<number, string>();
  const int = new Map<number, number>();
  const reader = new WireReader(bytes, where);
  while (reader.next()) {
    if (where === 'opset_import' && reader.field === 2) int.set(2, reader.int());
    else if (reader.field < 3) text.set(reader.field, reader.text());
  }
  return { text, int };
}

function readGraph(bytes: Uint8Array, model: OnnxModel, room: Room): void {
  const reader = new WireReader(bytes, 'graph');
  while (reader.next()) {
    if (reader.field === 1) model.nodes.push(readNode(reader.bytes(), model.nodes.length, room));
    else if (reader.field === 2) model.graphName = reader.text();
    else if (reader.field === 5) {
      const { name, tensor } = readTensor(reader.bytes(), `initializer ${model.constants.size}`, room);
      model.constants.set(name, tensor);
    } else if (reader.field === 11) model.inputs.push(readValue(reader.bytes()));
    else if (reader.field === 12) model.outputs.push(readValue(reader.bytes()));
    else if (reader.field === 15) throw new OnnxNotUnderstood('graph', 'no sparse initializers', 'some');
    if (model.nodes.length > MAX_OPERATORS) {
      throw new OnnxNotUnderstood('graph', `at most ${MAX_OPERATORS} operators`, 'more');
    }
  }
}

function readNode(bytes: Uint8Array, index: number, room: Room): OnnxNode {
  const node: OnnxNode = { domain: '', operator: '', inputs: [], outputs: [], attributes: new Map() };
  const attributes: Uint8Array[] = [];
  const reader = new WireReader(bytes, `operator ${index}`);
  while (reader.next()) {
    if (reader.field === 1) node.inputs.push(reader.text());
    else if (reader.field === 2) node.outputs.push(reader.text());
    else if (reader.field === 4) node.operator = reader.text();
    else if (reader.field === 5) attributes.push(reader.bytes());
    else if (reader.field === 7) node.domain = reader.text();
  }
  for (const one of attributes) {
    const { name, attribute } = readAttribute(one, node.operator, room);
    if (attribute !== null) node.attributes.set(name, attribute);
  }
  return node;
}

const ATTRIBUTE_KINDS: Record<number, Attribute['kind']> = {
  1: 'float',
  2: 'int',
  3: 'string',
  4: 'tensor',
  6: 'floats',
  7: 'ints',
  8: 'strings',
};

/** Null for a value of another kind (graphs, sparse tensors): whoever needs it misses it by name. */
function readAttribute(
  bytes: Uint8Array,
  operator: string,
  room: Room,
): { name: string; attribute: Attribute | null } {
  let name = '';
  let type = 0;
  let float = 0;
  let int = 0;
  let string = '';
  let tensor: Tensor | null = null;
  const floats = new NumberList(room);
  const ints = new NumberList(room);
  const strings: string[] = [];
  const reader = new WireReader(bytes, `attribute of ${operator}`);
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) float = reader.float();
    else if (reader.field === 3) int = reader.int();
    else if (reader.field === 4) string = reader.text();
    else if (reader.field === 5) tensor = readTensor(reader.bytes(), `${operator}.${name}`, room).tensor;
    else if (reader.field === 7) reader.floats(floats);
    else if (reader.field === 8) reader.ints(ints);
    else if (reader.field === 9) {
      takeRoom(room);
      strings.push(reader.text());
    } else if (reader.field === 20) type = reader.int();
  }
  const kind = ATTRIBUTE_KINDS[type];
  const told = { float, int, string, tensor, floats: floats.values, ints: ints.values, strings };
  const attribute =
    kind === undefined || told[kind] === null ? null : ({ kind, value: told[kind] } as Attribute);
  return { name, attribute };
}

function readTensor(bytes: Uint8Array, where: string, room: Room): { name: string; tensor: Tensor } {
  const dims = new NumberList(room);
  const numbers = new NumberList(room);
  let elementType = 0;
  let name = '';
  let raw: Uint8Array | null = null;
  const reader = new WireReader(bytes, where);
  while (reader.next()) {
    if (reader.field === 1) reader.ints(dims);
    else if (reader.field === 2) elementType = reader.int();
    else if (reader.field === 4) reader.floats(numbers);
    else if (reader.field === 5 || reader.field === 7) reader.ints(numbers);
    else if (reader.field === 8) name = reader.text();
    else if (reader.field === 9) raw = reader.bytes();
    else if (reader.field === 10) reader.doubles(numbers);
    else if (reader.field === 13 || (reader.field === 14 && reader.int() !== 0)) {
      throw new OnnxNotUnderstood(where, 'data inside the file', 'data in another file');
    }
  }
  const values = raw === null ? numbers.values : rawValues(raw, elementType, where);
  const size = dims.values.reduce((product, dim) => product * dim, 1);
  if (values.length !== size && values.length > 0) {
    throw new OnnxNotUnderstood(where, `${size} values for its shape`, `${values.length}`);
  }
  return { name, tensor: { elementType, dims: [...dims.values], values } };
}

function rawValues(raw: Uint8Array, elementType: number, where: string): Float64Array {
  if (elementType === ELEMENT.uint8 || elementType === ELEMENT.bool) return Float64Array.from(raw);
  const width = elementType === ELEMENT.float ? 4 : 8;
  const known = [ELEMENT.float, ELEMENT.double, ELEMENT.int64] as number[];
  if (!known.includes(elementType) || raw.length % width !== 0) {
    const found = `${raw.length} bytes of type ${elementType}`;
    throw new OnnxNotUnderstood(where, 'floats, doubles, int64, uint8 or bool', found);
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Float64Array.from({ length: raw.length / width }, (_, i) => {
    if (elementType === ELEMENT.float) return view.getFloat32(4 * i, true);
    return elementType === ELEMENT.double
      ? view.getFloat64(8 * i, true)
      : Number(view.getBigInt64(8 * i, true));
  });
}

function readValue(bytes: Uint8Array): OnnxValue {
  const value: OnnxValue = { name: '', elementType: 0, dims: [] };
  const reader = new WireReader(bytes, 'input or output');
  while (reader.next()) {
    if (reader.field === 1) value.name = reader.text();
    else if (reader.field === 2) {
      const type = new WireReader(reader.bytes(), `type of ${value.name}`);
      while (type.next()) if (type.field === 1) readTensorType(type.bytes(), value);
    }
  }
  return value;
}

function readTensorType(bytes: Uint8Array, value: OnnxValue): void {
  const reader = new WireReader(bytes, `type of ${value.name}`);
  while (reader.next()) {
    if (reader.field === 1) value.elementType = reader.int();
    else if (reader.field === 2) {
      const shape = new WireReader(reader.bytes(), `shape of ${value.name}`);
      while (shape.next()) if (shape.field === 1) value.dims.push(readDimension(shape.bytes()));
    }
  }
}

function readDimension(bytes: Uint8Array): number | string {
  const reader = new WireReader(bytes, 'dimension');
  let dimension: number | string = '';
  while (reader.next()) {
    if (reader.field === 1) dimension = reader.int();
    else if (reader.field === 2) dimension = reader.text();
  }
  return dimension;
}
