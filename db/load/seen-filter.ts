/**
 * A Bloom filter (Bloom 1970, https://doi.org/10.1145/362686.362692) over 64-bit hashes: "not seen" is certain,
 * "seen" is probable. About 10 bits a key make one wrong "seen" in a hundred.
 */
export interface SeenFilter {
  /** Remembers a key; true when it may have been remembered before. */
  add(high: number, low: number): boolean;
}

const BITS_PER_KEY = 10;
const PROBES = 4;
const MIN_BITS = 1 << 16;
/** 64 MiB. Beyond 50 million keys wrong answers become more frequent, which costs time and nothing else. */
const MAX_BITS = 2 ** 29;

/** A filter for about so many keys. */
export function createSeenFilter(expectedKeys: number): SeenFilter {
  let bitCount = MIN_BITS;
  while (bitCount < MAX_BITS && bitCount < expectedKeys * BITS_PER_KEY) bitCount *= 2;
  const bits = new Int32Array(bitCount >> 5);
  const mask = bitCount - 1;
  return {
    add(high, low) {
      let seen = true;
      // Two hashes make all others: Kirsch and Mitzenmacher 2006.
      let probe = low;
      for (let index = 0; index < PROBES; index++) {
        const at = probe & mask;
        const bit = 1 << (at & 31);
        if ((bits[at >>> 5]! & bit) === 0) {
          seen = false;
          bits[at >>> 5]! |= bit;
        }
        probe = (probe + high) | 0;
      }
      return seen;
    },
  };
}
