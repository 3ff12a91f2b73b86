/**
 * The one source of randomness in models/: xoshiro128** seeded through splitmix32.
 *
 * Same seed, same numbers, on every machine. Not for secrets.
 *
 * Sources: Blackman & Vigna, "Scrambled linear pseudorandom number generators" (2021), reference code
 * https://prng.di.unimi.it/xoshiro128starstar.c; splitmix32 is the 32-bit finaliser of MurmurHash3 on a
 * Weyl sequence, the usual way to fill the state from one number.
 */
export interface Random {
  /** A whole number in [0, 2^32). */
  uint32(): number;
  /** A number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** A whole number in [0, bound). */
  below(bound: number): number;
  /** A standard normal number (Marsaglia's polar method). */
  normal(): number;
}

const rotateLeft = (value: number, bits: number) => ((value << bits) | (value >>> (32 - bits))) >>> 0;

/** @throws RangeError when the seed is no safe whole number. */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed must be a safe whole number, got ${seed}`);
  let weyl = seed >>> 0;
  const splitmix32 = () => {
    weyl = (weyl + 0x9e3779b9) >>> 0;
    let z = weyl;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  const state = Uint32Array.from({ length: 4 }, splitmix32);
  const upperHalf = Math.floor(seed / 2 ** 32);
  if (upperHalf !== 0) {
    // Seeds beyond 32 bits and negative ones differ as well.
    weyl = ~upperHalf >>> 0;
    for (let i = 0; i < 4; i++) state[i]! ^= splitmix32();
  }

  const uint32 = () => {
    // One by one: taking them apart as a list goes through an iterator, and this runs for every row drawn.
    const s0 = state[0]!;
    const s1 = state[1]!;
    const s2 = state[2]!;
    const s3 = state[3]!;
    const result = Math.imul(rotateLeft(Math.imul(s1, 5) >>> 0, 7), 9) >>> 0;
    const t2 = s2 ^ s0;
    const t3 = s3 ^ s1;
    state[1] = s1 ^ t2;
    state[0] = s0 ^ t3;
    state[2] = t2 ^ (s1 << 9);
    state[3] = rotateLeft(t3 >>> 0, 11);
    return result;
  };
  const uniform = () => ((uint32() >>> 5) * 67_108_864 + (uint32() >>> 6)) / 9_007_199_254_740_992;
  return {
    uint32,
    uniform,
    below: (bound) => Math.floor(uniform() * bound),
    normal: () => {
      for (;;) {
        const x = 2 * uniform() - 1;
        const y = 2 * uniform() - 1;
        const squared = x * x + y * y;
        if (squared > 0 && squared < 1) return x * Math.sqrt((-2 * Math.log(squared)) / squared);
      }
    },
  };
}
