/** Windows up to this are sorted by insertion, which beats a call to sort there. */
const SMALL = 40;
/** For them, so that none is made for each of thousands of windows; it holds nothing between two calls. */
const room = new Float64Array(SMALL);

/** The middle of values [from, to) of a column, of two middle ones their mean; NaN of an empty window. */
export function windowMedian(values: Float64Array, from: number, to: number): number {
  const count = to - from;
  const sorted = count > SMALL ? values.slice(from, to).sort() : insertInto(room, values, from, to);
  const half = count >> 1;
  if (count === 0) return Number.NaN;
  return count % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function insertInto(sorted: Float64Array, values: Float64Array, from: number, to: number): Float64Array {
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    let place = i - from;
    while (place > 0 && sorted[place - 1]! > value) {
      sorted[place] = sorted[place - 1]!;
      place--;
    }
    sorted[place] = value;
  }
  return sorted;
}
