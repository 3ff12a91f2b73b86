/** Passes that even an unlucky choice of pivots hardly needs: after these, sorting is quicker. */
const MOST_PASSES = 64;

/**
 * The value that would stand at a place were the values sorted; they are put in another order. None may be NaN.
 *
 * Hoare, "Algorithm 65: Find" (1961), with the middle value as pivot.
 */
export function selectValue(values: Float64Array, place: number): number {
  let low = 0;
  let high = values.length - 1;
  for (let pass = 0; low < high; pass++) {
    if (pass === MOST_PASSES) {
      values.subarray(low, high + 1).sort();
      break;
    }
    const pivot = values[(low + high) >>> 1]!;
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const value = values[left]!;
      values[left++] = values[right]!;
      values[right--] = value;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else break;
  }
  return values[place]!;
}
