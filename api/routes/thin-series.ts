/**
 * Which points of a long series a chart is to draw so that it looks like all of them: of each stretch the lowest, the
 * highest and the highest of the marked ones, in their order. Nothing is averaged: every point drawn is one of the
 * series, and no extreme is lost.
 *
 * @param most points at most, from 3
 * @param markedAt whether a point must not go unseen (a failed run); where several are in a stretch the highest stays
 */
export function thinSeries(
  values: readonly number[],
  most: number,
  markedAt: (index: number) => boolean = () => false,
): number[] {
  if (values.length <= most) return [...values.keys()];
  const stretches = Math.floor(most / 3);
  const kept = new Set<number>();
  for (let s = 0; s < stretches; s++) {
    const from = Math.floor((s * values.length) / stretches);
    const to = Math.floor(((s + 1) * values.length) / stretches);
    let lowest = from;
    let highest = from;
    let marked = -1;
    for (let i = from; i < to; i++) {
      if (values[i]! < values[lowest]!) lowest = i;
      if (values[i]! > values[highest]!) highest = i;
      if (markedAt(i) && (marked < 0 || values[i]! > values[marked]!)) marked = i;
    }
    kept.add(lowest).add(highest);
    if (marked >= 0) kept.add(marked);
  }
  return [...kept].sort((a, b) => a - b);
}
