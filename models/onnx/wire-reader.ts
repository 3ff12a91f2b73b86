import type { NumberList } from './number-list.ts';
import { OnnxNotUnderstood } from './onnx-not-understood.ts';

const text = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads one protobuf message field by field: `while (reader.next()) switch (reader.field) …`. A field that is
 * neither read nor known is passed over. The bytes are not trusted: every read is within the message.
 */
export class WireReader {
  /** Number of the field that `next` has found. */
  field = 0;
  private readonly data: Uint8Array;
  private readonly view: DataView;
  private readonly where: string;
  private at = 0;
  /** Wire type of a field that was found and not read yet; -1 when there is none. */
  private pending = -1;

  /** `where` names the message in errors. */
  constructor(data: Uint8Array, where: string) {
    this.data = data;
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.where = where;
  }

  /** Goes to the next field; false at the end. @throws OnnxNotUnderstood when the bytes are no protobuf */
  next(): boolean {
    if (this.pending >= 0) this.skip();
    if (this.at === this.data.length) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.pending = tag % 8;
    if (this.field < 1 || ![0, 1, 2, 5].includes(this.pending)) {
      throw this.wrong('a field of protobuf', `tag ${tag} at byte ${this.at}`);
    }
    return true;
  }

  /** An int64 that fits a number. */
  int(): number {
    this.expect(0);
    return this.varint();
  }

  float(): number {
    this.expect(5);
    return this.view.getFloat32(this.advance(4), true);
  }

  bytes(): Uint8Array {
    this.expect(2);
    return this.span();
  }

  text(): string {
    const bytes = this.bytes();
    try {
      return text.decode(bytes);
    } catch {
      throw this.wrong(`UTF-8 in field ${this.field}`, `${bytes.length} other bytes`);
    }
  }

  /** A repeated int64 field, packed or one at a time. */
  ints(into: NumberList): void {
    this.repeated(0, into, () => this.varint());
  }

  floats(into: NumberList): void {
    this.repeated(5, into, () => this.view.getFloat32(this.advance(4), true));
  }

  doubles(into: NumberList): void {
    this.repeated(1, into, () => this.view.getFloat64(this.advance(8), true));
  }

  private repeated(wireType: number, into: NumberList, read: () => number): void {
    if (this.pending !== 2) {
      this.expect(wireType);
      into.push(read());
      return;
    }
    this.expect(2);
    const { length } = this.span();
    const end = this.at;
    this.at -= length;
    while (this.at < end) into.push(read());
    if (this.at > end) throw this.wrong(`a packed list of ${length} bytes`, 'a value that leaves it');
  }

  private skip(): void {
    const wireType = this.pending;
    this.pending = -1;
    if (wireType === 0) this.varint();
    else if (wireType === 2) this.span();
    else this.advance(wireType === 1 ? 8 : 4);
  }

  private expect(wireType: number): void {
    if (this.pending !== wireType) {
      throw this.wrong(`wire type ${wireType} for field ${this.field}`, `${this.pending}`);
    }
    this.pending = -1;
  }

  private span(): Uint8Array {
    const length = this.varint();
    const from = this.advance(length);
    return this.data.subarray(from, this.at);
  }

  /** Steps over `count` bytes and tells where they start. */
  private advance(count: number): number {
    const from = this.at;
    if (!(count >= 0 && from + count <= this.data.length)) {
      throw this.wrong(`${count} bytes at byte ${from}`, `${this.data.length - from}`);
    }
    this.at += count;
    return from;
  }

  /** Signed, as int64 are written: negative ones take ten bytes. */
  private varint(): number {
    let value = 0;
    let scale = 1;
    const from = this.at;
    for (let count = 0; count < 10; count++) {
      const byte = this.data[this.advance(1)]!;
      // The top of a negative number is counted in BigInt: doubles end at 2^53.
      if (count === 7 && byte >= 128) return this.wideVarint(from);
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
      scale *= 128;
    }
    throw this.wrong(`a whole number below 2^53 at byte ${from}`, 'a larger one');
  }

  private wideVarint(from: number): number {
    let value = 0n;
    this.at = from;
    for (let count = 0n; count < 10n; count++) {
      const byte = this.data[this.advance(1)]!;
      value |= BigInt(byte & 127) << (7n * count);
      if (byte >= 128) continue;
      const signed = Number(BigInt.asIntN(64, value));
      if (Number.isSafeInteger(signed)) return signed;
      break;
    }
    throw this.wrong(`a whole number within ±2^53 at byte ${from}`, 'another one');
  }

  private wrong(expected: string, found: string): OnnxNotUnderstood {
    return new OnnxNotUnderstood(this.where, expected, found);
  }
}
