/**
 * Columnar bytes: a magic word, a format version, then numbers, texts and arrays one after the other, each
 * array preceded by its length and starting at a multiple of 8. Little-endian, as every machine this runs on.
 */
type Column = Float64Array | Int32Array | Uint32Array | Uint8Array;

export class ByteWriter {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  constructor(magic: string, version: number) {
    this.bytes(new TextEncoder().encode(magic));
    this.number(version);
  }

  number(value: number): void {
    this.column(Float64Array.of(value));
  }

  text(value: string): void {
    this.column(new TextEncoder().encode(value));
  }

  column(values: Column): void {
    this.bytes(new Uint8Array(Float64Array.of(values.length).buffer));
    this.bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const padding = -this.length & 7;
    if (padding > 0) this.bytes(new Uint8Array(padding));
  }

  finish(): Uint8Array {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  private bytes(part: Uint8Array): void {
    this.parts.push(part);
    this.length += part.length;
  }
}

/** Reads what `ByteWriter` wrote. @throws Error naming what was expected when bytes are wrong or missing. */
export class ByteReader {
  private readonly what: string;
  private readonly data: Uint8Array;
  private at: number;
  /** The format version of the bytes, one of those the reader knows. */
  readonly version: number;

  /** `magic` is 8 characters. */
  constructor(data: Uint8Array, what: string, magic: string, ...versions: number[]) {
    this.what = what;
    // A copy that starts at offset 0, so that columns can be laid over it.
    this.data = data.slice();
    const found = new TextDecoder().decode(this.data.subarray(0, magic.length));
    if (found !== magic)
      throw new Error(`${what}: expected bytes that start with ${magic}, found ${JSON.stringify(found)}`);
    this.at = magic.length;
    this.version = this.number();
    if (!versions.includes(this.version))
      throw new Error(`${what}: expected version ${versions.join(' or ')}, found ${this.version}`);
  }

  number(): number {
    return this.float64()[0]!;
  }

  text(): string {
    return new TextDecoder().decode(this.uint8());
  }

  float64(): Float64Array {
    return new Float64Array(this.take(8));
  }

  uint32(): Uint32Array {
    return new Uint32Array(this.take(4));
  }

  uint8(): Uint8Array {
    return new Uint8Array(this.take(1));
  }

  /** @throws Error when bytes are left over. */
  end(): void {
    if (this.at !== this.data.length) {
      throw new Error(`${this.what}: expected the end at byte ${this.at}, found ${this.data.length} bytes`);
    }
  }

  private take(width: number): ArrayBuffer {
    if (this.at + 8 > this.data.length) this.cut(8);
    const count = new DataView(this.data.buffer).getFloat64(this.at, true);
    if (!(Number.isInteger(count) && count >= 0)) {
      throw new Error(`${this.what}: expected a length at byte ${this.at}, found ${count}`);
    }
    const from = this.at + 8;
    const to = from + count * width;
    if (to > this.data.length) this.cut(count * width);
    this.at = to + (-to & 7);
    return this.data.buffer.slice(from, to) as ArrayBuffer;
  }

  private cut(wanted: number): never {
    throw new Error(
      `${this.what}: expected ${wanted} more bytes at byte ${this.at}, found ${this.data.length - this.at}`,
    );
  }
}
