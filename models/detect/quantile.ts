/**
 * The value below which a share of some values lies, between two of them in proportion: type 7 of Hyndman and Fan
 * 1996 (https://doi.org/10.2307/2684934), the usual one of R and NumPy.
 *
 * @param sorted ascending, none NaN
 * @param share from 0 to 1
 * @returns NaN of none
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}
