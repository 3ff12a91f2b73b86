/** Bytes of a file: the first, and the one behind the last. */
export interface Span {
  from: number;
  to: number;
}

/** Whether a place lies in one of some spans, which are ascending and do not overlap. */
export function isInside(spans: readonly Span[], byteOffset: number): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.from <= byteOffset) low = middle + 1;
    else high = middle;
  }
  return low > 0 && byteOffset < spans[low - 1]!.to;
}
