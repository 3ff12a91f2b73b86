/** Halfway between the largest float and what would be next: from here on doubles become infinite floats. */
const BEYOND_FLOATS = 2 ** 128 - 2 ** 103;

/** The next larger double; of the infinite, itself. */
export function nextDouble(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return value;
  if (value === 0) return Number.MIN_VALUE;
  const doubles = Float64Array.of(value);
  new BigInt64Array(doubles.buffer)[0]! += value > 0 ? 1n : -1n;
  return doubles[0]!;
}

/** The next larger float (of 32 bits). @param value a float */
export function nextFloat(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return value;
  if (value === 0) return 2 ** -149;
  const floats = Float32Array.of(value);
  new Int32Array(floats.buffer)[0]! += value > 0 ? 1 : -1;
  return floats[0]!;
}

/**
 * The least double that rounded to a float is not below `float`. A model that was written for floats asks
 * `float(value) < float`; of doubles the same is asked by `value < leastDoubleRoundedTo(float)`.
 */
export function leastDoubleRoundedTo(float: number): number {
  const below = -nextFloat(-float);
  let middle = (below + float) / 2;
  if (float === Number.POSITIVE_INFINITY) middle = BEYOND_FLOATS;
  else if (below === Number.NEGATIVE_INFINITY) middle = -BEYOND_FLOATS;
  return Math.fround(middle) >= float ? middle : nextDouble(middle);
}
