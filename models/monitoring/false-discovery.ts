/**
 * p-values adjusted for being many: calling those of at most q found keeps the expected share of false ones among
 * them at q. Benjamini & Hochberg, "Controlling the false discovery rate" (1995); SciPy's
 * `false_discovery_control(method='bh')`.
 *
 * @returns in the order given
 */
export function adjustFalseDiscovery(p: readonly number[]): number[] {
  const order = [...p.keys()].sort((a, b) => p[b]! - p[a]!);
  const adjusted = new Array<number>(p.length);
  let least = 1;
  order.forEach((index, fromLargest) => {
    least = Math.min(least, (p[index]! * p.length) / (p.length - fromLargest));
    adjusted[index] = least;
  });
  return adjusted;
}
