/**
 * UTF-16 and UTF-32 to UTF-8 and exactly back, so that the byte scanner needs to know only encodings that
 * contain ASCII.
 *
 * Units that are no character are written like any other (unpaired surrogates as in WTF-8,
 * https://wtf-8.codeberg.page; UTF-32 beyond Unicode in the longer forms of RFC 2279), which makes the way back
 * exact: quarantined bytes are the original ones, and the number of original bytes of any span can be counted
 * from its converted bytes.
 */

/** How wide encodings cut a file into units. */
export interface WideUnits {
  unitBytes: 2 | 4;
  bigEndian: boolean;
}

export interface WideConverter {
  /** Converts what is complete; an incomplete unit or pair waits for the next chunk. */
  push(chunk: Uint8Array): Uint8Array;
  /** What was waiting. The bytes of an incomplete last unit become one U+FFFD and are given in `cutUnit`. */
  end(): { bytes: Uint8Array; cutUnit: Uint8Array };
}

/** The units of an encoding, null when it contains ASCII and needs no conversion. */
export function wideUnitsOf(encoding: string): WideUnits | null {
  const found = /^utf-(16|32)(le|be)$/.exec(encoding);
  if (found === null) return null;
  return { unitBytes: found[1] === '16' ? 2 : 4, bigEndian: found[2] === 'be' };
}

/** A converter for one stream. */
export function createWideConverter({ unitBytes, bigEndian }: WideUnits): WideConverter {
  const waiting = new Uint8Array(4);
  let waitingCount = 0;
  let waitingHigh = -1;

  function writeUnit(out: Uint8Array, at: number, unit: number): number {
    if (waitingHigh >= 0) {
      const high = waitingHigh;
      waitingHigh = -1;
      if (unit >= 0xdc00 && unit <= 0xdfff) {
        return writeCode(out, at, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
      }
      return writeUnit(out, writeCode(out, at, high), unit);
    }
    if (unitBytes === 2 && unit >= 0xd800 && unit <= 0xdbff) {
      waitingHigh = unit;
      return at;
    }
    return writeCode(out, at, unit);
  }

  return {
    push(chunk) {
      const units = Math.ceil((chunk.length + 6) / unitBytes);
      const out = new Uint8Array(units * (unitBytes === 2 ? 3 : 7));
      let at = 0;
      for (const byte of chunk) {
        waiting[waitingCount++] = byte;
        if (waitingCount < unitBytes) continue;
        waitingCount = 0;
        at = writeUnit(out, at, unitOf(waiting, unitBytes, bigEndian));
      }
      return out.subarray(0, at);
    },
    end() {
      const out = new Uint8Array(6);
      let at = 0;
      if (waitingHigh >= 0) at = writeCode(out, at, waitingHigh);
      const cutUnit = waiting.slice(0, waitingCount);
      if (waitingCount > 0) at = writeCode(out, at, 0xfffd);
      waitingHigh = -1;
      waitingCount = 0;
      return { bytes: out.subarray(0, at), cutUnit };
    },
  };
}

function unitOf(bytes: Uint8Array, unitBytes: 2 | 4, bigEndian: boolean): number {
  let unit = 0;
  for (let k = 0; k < unitBytes; k++) unit = unit * 256 + bytes[bigEndian ? k : unitBytes - 1 - k]!;
  return unit;
}

/** Writes a code of up to 32 bits as one lead byte and its continuation bytes. */
function writeCode(out: Uint8Array, start: number, code: number): number {
  if (code < 0x80) {
    out[start] = code;
    return start + 1;
  }
  let size = 2;
  while (size < 7 && code >= 2 ** (size * 5 + 1)) size++;
  let rest = code;
  for (let at = start + size - 1; at > start; at--) {
    out[at] = 0x80 | (rest % 64);
    rest = Math.floor(rest / 64);
  }
  out[start] = ((0xff00 >> size) & 0xff) | rest;
  return start + size;
}

/** How many original bytes the converted bytes `from` to `to` stand for. */
export function wideBytesOf(
  converted: Uint8Array,
  from: number,
  to: number,
  { unitBytes }: WideUnits,
): number {
  let units = 0;
  for (let at = from; at < to; at++) {
    const byte = converted[at]!;
    if ((byte & 0xc0) !== 0x80) units++;
    if (unitBytes === 2 && byte >= 0xf0) units++;
  }
  return units * unitBytes;
}

/** The original bytes that were converted to `converted`. A sequence cut at the end is left out. */
export function toWide(converted: Uint8Array, units: WideUnits): Uint8Array {
  const { unitBytes, bigEndian } = units;
  const out = new Uint8Array(wideBytesOf(converted, 0, converted.length, units));
  let written = 0;
  const write = (unit: number) => {
    let rest = unit;
    for (let k = 0; k < unitBytes; k++) {
      out[written + (bigEndian ? unitBytes - 1 - k : k)] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    written += unitBytes;
  };
  for (let at = 0; at < converted.length; ) {
    const lead = converted[at]!;
    const size = lead < 0x80 ? 1 : Math.clz32(~(lead << 24));
    if (at + size > converted.length) break;
    let code = size === 1 ? lead : lead & (0x7f >> size);
    for (let k = 1; k < size; k++) code = code * 64 + (converted[at + k]! & 0x3f);
    if (unitBytes === 4 || code < 0x10000) write(code);
    else {
      write(0xd800 + ((code - 0x10000) >> 10));
      write(0xdc00 + ((code - 0x10000) & 0x3ff));
    }
    at += size;
  }
  return out.subarray(0, written);
}
