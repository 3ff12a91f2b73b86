/** Windows up to this are sorted by insertion, which beats a call to sort there. */
const SMALL = 40;

/** The middle of values [from, to) of a column, of two middle ones their mean; NaN of an empty window. */
export function windowMedian(values: Float64Array, from: number, to: number): number {
  const sorted = values.slice(from, to);
  if (sorted.length > SMALL) sorted.sort();
  else sortSmall(sorted);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function sortSmall(values: Float64Array): void {
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    let place = i;
    while (place > 0 && values[place - 1]! > value) {
      values[place] = values[place - 1]!;
      place--;
    }
    values[place] = value;
  }
}
