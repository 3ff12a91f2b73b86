/**
 * Writes one protobuf message (https://protobuf.dev/programming-guides/encoding/): only what ONNX needs, in the
 * order of the calls, so that the same model gives the same bytes.
 */
export class WireWriter {
  private readonly parts: Uint8Array[] = [];

  /** An int64 field. @param value a safe integer */
  int(field: number, value: number): this {
    this.tag(field, 0);
    this.parts.push(varint(value));
    return this;
  }

  /** A float field: 4 bytes. */
  float(field: number, value: number): this {
    this.tag(field, 5);
    this.parts.push(littleEndian(4, (view) => view.setFloat32(0, value, true)));
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.tag(field, 2);
    this.parts.push(varint(value.length), value);
    return this;
  }

  message(field: number, message: WireWriter): this {
    return this.bytes(field, message.finish());
  }

  /** int64 values as a packed list. */
  ints(field: number, values: ArrayLike<number>): this {
    return this.bytes(field, joined(Array.from(values, varint)));
  }

  finish(): Uint8Array {
    return joined(this.parts);
  }

  private tag(field: number, wireType: number): void {
    this.parts.push(varint(field * 8 + wireType));
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function littleEndian(size: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
