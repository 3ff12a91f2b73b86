/**
 * UTF-16 to UTF-8 and exactly back, so that the byte scanner needs to know only encodings that contain ASCII.
 *
 * Unpaired surrogates are written as three bytes like any other code unit (WTF-8, https://wtf-8.codeberg.page),
 * which makes the way back exact: quarantined bytes are the original ones, and the number of original bytes of
 * any span can be counted from its converted bytes (two per character, four where UTF-8 has four).
 */

export interface Utf16Converter {
  /** Converts what is complete; an incomplete unit or pair waits for the next chunk. */
  push(chunk: Uint8Array): Uint8Array;
  /** What was waiting. An odd last byte becomes U+FFFD and is told in `oddByte`. */
  end(): { bytes: Uint8Array; oddByte: number | null };
}

/** A converter for one stream. `bigEndian` is the order of the bytes in a unit. */
export function createUtf16Converter(bigEndian: boolean): Utf16Converter {
  let waitingByte = -1;
  let waitingHigh = -1;

  function writeUnit(out: Uint8Array, at: number, unit: number): number {
    if (waitingHigh >= 0) {
      const high = waitingHigh;
      waitingHigh = -1;
      if (unit >= 0xdc00 && unit <= 0xdfff) {
        return writeCodePoint(out, at, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
      }
      return writeUnit(out, writeCodePoint(out, at, high), unit);
    }
    if (unit >= 0xd800 && unit <= 0xdbff) {
      waitingHigh = unit;
      return at;
    }
    return writeCodePoint(out, at, unit);
  }

  return {
    push(chunk) {
      const out = new Uint8Array(Math.ceil((chunk.length + 4) / 2) * 3);
      let at = 0;
      for (const byte of chunk) {
        if (waitingByte < 0) waitingByte = byte;
        else {
          const unit = bigEndian ? (waitingByte << 8) | byte : (byte << 8) | waitingByte;
          waitingByte = -1;
          at = writeUnit(out, at, unit);
        }
      }
      return out.subarray(0, at);
    },
    end() {
      const out = new Uint8Array(6);
      let at = 0;
      if (waitingHigh >= 0) at = writeCodePoint(out, at, waitingHigh);
      const oddByte = waitingByte < 0 ? null : waitingByte;
      if (oddByte !== null) at = writeCodePoint(out, at, 0xfffd);
      waitingHigh = -1;
      waitingByte = -1;
      return { bytes: out.subarray(0, at), oddByte };
    },
  };
}

function writeCodePoint(out: Uint8Array, start: number, code: number): number {
  let at = start;
  if (code < 0x80) out[at++] = code;
  else if (code < 0x800) {
    out[at++] = 0xc0 | (code >> 6);
    out[at++] = 0x80 | (code & 0x3f);
  } else if (code < 0x10000) {
    out[at++] = 0xe0 | (code >> 12);
    out[at++] = 0x80 | ((code >> 6) & 0x3f);
    out[at++] = 0x80 | (code & 0x3f);
  } else {
    out[at++] = 0xf0 | (code >> 18);
    out[at++] = 0x80 | ((code >> 12) & 0x3f);
    out[at++] = 0x80 | ((code >> 6) & 0x3f);
    out[at++] = 0x80 | (code & 0x3f);
  }
  return at;
}

/** How many UTF-16 bytes the converted bytes `from` to `to` stand for. */
export function utf16BytesOf(converted: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let at = from; at < to; at++) {
    const byte = converted[at]!;
    if ((byte & 0xc0) !== 0x80) units++;
    if (byte >= 0xf0) units++;
  }
  return units * 2;
}

/** The UTF-16 bytes that were converted to `converted`. A sequence cut at the end is left out. */
export function toUtf16(converted: Uint8Array, bigEndian: boolean): Uint8Array {
  const out = new Uint8Array(utf16BytesOf(converted, 0, converted.length));
  let written = 0;
  const write = (unit: number) => {
    out[written] = bigEndian ? unit >> 8 : unit & 0xff;
    out[written + 1] = bigEndian ? unit & 0xff : unit >> 8;
    written += 2;
  };
  for (let at = 0; at < converted.length; ) {
    const lead = converted[at]!;
    const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (at + size > converted.length) break;
    let code = size === 1 ? lead : lead & (0x7f >> size);
    for (let k = 1; k < size; k++) code = (code << 6) | (converted[at + k]! & 0x3f);
    if (code < 0x10000) write(code);
    else {
      write(0xd800 + ((code - 0x10000) >> 10));
      write(0xdc00 + ((code - 0x10000) & 0x3ff));
    }
    at += size;
  }
  return out.subarray(0, written);
}
