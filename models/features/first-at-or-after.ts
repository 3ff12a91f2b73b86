/** Position of the first instant that is not before `instant`, or their number; `ts` ascends. */
export function firstAtOrAfter(ts: Float64Array, instant: number): number {
  let low = 0;
  let high = ts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ts[middle]! < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
