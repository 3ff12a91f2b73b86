/** Code of a missing value; 0 to 254 are bins of values. */
export const MISSING_BIN = 255;
const MAX_EDGES = 254;
/** Edges are quantiles of at most this many values: enough for 255 bins, and sorting stays cheap. */
const MAX_SORTED = 20_000;

/** Columns as bin codes: code b holds the values v with edges[b-1] <= v < edges[b]. */
export interface BinnedColumns {
  rows: number;
  codes: Uint8Array[];
  edges: Float64Array[];
}

/** Edges between at most 255 bins of about equal size, from the values of one column; NaN is left out. */
export function binEdges(values: Float64Array): Float64Array {
  const stride = Math.max(1, Math.ceil(values.length / MAX_SORTED));
  let known = 0;
  const sorted = new Float64Array(Math.ceil(values.length / stride));
  for (let i = 0; i < values.length; i += stride) {
    const value = values[i]!;
    if (!Number.isNaN(value)) sorted[known++] = value;
  }
  const ascending = sorted.subarray(0, known).sort();
  return Float64Array.from(edgesBetween(distinctValues(ascending), known));
}

/**
 * Values are taken in order until the bin holds its share of what is left; a value that alone is worth a bin
 * gets one, so that a count's many zeros stay apart from its ones.
 */
function edgesBetween({ values, counts }: { values: number[]; counts: number[] }, known: number): number[] {
  const edges: number[] = [];
  const each = values.length <= MAX_EDGES + 1;
  const large = known / (MAX_EDGES + 1);
  let remaining = known;
  let inBin = 0;
  for (let i = 0; i + 1 < values.length && edges.length < MAX_EDGES; i++) {
    inBin += counts[i]!;
    const share = remaining / (MAX_EDGES + 1 - edges.length);
    if (each || inBin >= share || counts[i + 1]! > large) {
      edges.push(between(values[i]!, values[i + 1]!));
      remaining -= inBin;
      inBin = 0;
    }
  }
  return edges;
}

function distinctValues(ascending: Float64Array): { values: number[]; counts: number[] } {
  const values: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < ascending.length; i++) {
    if (i > 0 && ascending[i] === ascending[i - 1]) counts[counts.length - 1]! += 1;
    else {
      values.push(ascending[i]!);
      counts.push(1);
    }
  }
  return { values, counts };
}

/** A threshold t with lower < t <= upper, so that `v < t` parts the two. Never -0. */
function between(lower: number, upper: number): number {
  const middle = lower + (upper - lower) / 2;
  return (middle > lower ? middle : upper) + 0;
}

/** Fewer values are searched for one by one: the table would cost more than it saves. */
const MIN_VALUES_FOR_TABLE = 256;
const CELLS = 1024;

/**
 * Codes of the values under given edges: the number of edges at or below a value.
 *
 * A table over equal steps from the first to the last edge says between which edges a value can lie, mostly one or
 * two. The step of a number never falls as the number grows, whatever is rounded, so that the table is right for every
 * value; where edges are crowded in a step, the rest is a binary search.
 */
export function binCodes(values: Float64Array, edges: Float64Array): Uint8Array {
  const codes = new Uint8Array(values.length);
  const first = edges[0] ?? 0;
  const range = edges.length === 0 ? 0 : edges[edges.length - 1]! - first;
  const hasTable = values.length >= MIN_VALUES_FOR_TABLE && range > 0 && range < Number.POSITIVE_INFINITY;
  const cells = hasTable ? CELLS : 1;
  const scale = hasTable ? CELLS / range : 0;
  const before = edgesBefore(edges, first, scale, cells);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      codes[i] = MISSING_BIN;
      continue;
    }
    const cell = cellOf(value, first, scale, cells);
    let low = before[cell]!;
    let high = before[cell + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (edges[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    codes[i] = low;
  }
  return codes;
}

function cellOf(value: number, first: number, scale: number, cells: number): number {
  const cell = (value - first) * scale;
  // Not a number (infinite times 0) is in no cell but the first.
  return cell >= 1 ? (cell < cells ? cell | 0 : cells - 1) : 0;
}

/** For every cell the number of edges in cells before it; one entry more for what follows the last. */
function edgesBefore(edges: Float64Array, first: number, scale: number, cells: number): Uint8Array {
  const before = new Uint8Array(cells + 1);
  for (const edge of edges) before[cellOf(edge, first, scale, cells) + 1]!++;
  for (let cell = 0; cell < cells; cell++) before[cell + 1]! += before[cell]!;
  return before;
}

export function binColumns(columns: readonly Float64Array[], rows: number): BinnedColumns {
  const edges = columns.map(binEdges);
  return { rows, edges, codes: columns.map((column, f) => binCodes(column, edges[f]!)) };
}
