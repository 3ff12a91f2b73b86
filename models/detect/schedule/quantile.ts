/** The value below which a share of sorted values lies, between two of them by interpolation; NaN without any. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const lower = sorted[low]!;
  return low + 1 < sorted.length ? lower + (at - low) * (sorted[low + 1]! - lower) : lower;
}
