/**
 * The middle of values [from, to) of a column, for windows of a few dozen: sorts by insertion, which beats a call to
 * sort there. NaN of an empty window.
 */
export function windowMedian(values: ArrayLike<number>, from: number, to: number): number {
  const sorted: number[] = [];
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    let place = sorted.length;
    sorted.push(value);
    while (place > 0 && sorted[place - 1]! > value) {
      sorted[place] = sorted[place - 1]!;
      place--;
    }
    sorted[place] = value;
  }
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
