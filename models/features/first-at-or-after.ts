/**
 * Position of the first value that is not below `least`, or `count` when there is none.
 *
 * @param values ascending as far as `count`; the rest is not looked at
 */
export function firstAtOrAfter(
  values: ArrayLike<number>,
  least: number,
  count: number = values.length,
): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
