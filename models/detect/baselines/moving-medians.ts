/**
 * Medians of windows that only move forward. Values enter and leave a sorted window one by one, so each costs its
 * length, not a sort.
 *
 * @param from first value of each window, ascending
 * @param to one past the last, ascending, never before `from`
 * @returns NaN for an empty window
 */
export function movingMedians(values: Float64Array, from: Int32Array, to: Int32Array): Float64Array {
  const medians = new Float64Array(from.length);
  const sorted: number[] = [];
  let first = 0;
  let end = 0;
  for (let window = 0; window < from.length; window++) {
    while (end < to[window]!) insert(sorted, values[end++]!);
    while (first < from[window]!) remove(sorted, values[first++]!);
    const half = sorted.length >> 1;
    medians[window] = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  }
  return medians;
}

function insert(sorted: number[], value: number): void {
  let place = sorted.length;
  sorted.push(value);
  while (place > 0 && sorted[place - 1]! > value) {
    sorted[place] = sorted[place - 1]!;
    place--;
  }
  sorted[place] = value;
}

function remove(sorted: number[], value: number): void {
  for (let place = sorted.indexOf(value); place + 1 < sorted.length; place++)
    sorted[place] = sorted[place + 1]!;
  sorted.pop();
}
