/** Rows taken at a time: of some sixty columns these stay in the processor's nearer memory. A multiple of four. */
const BLOCK_ROWS = 512;
/** Every product is summed in four parts, so that additions need not wait for each other. */
const PARTS = 4;
/** Of two columns by two columns. */
const SUMS = 4 * PARTS;

/**
 * The sums over the rows of column a × weight × column b, for every pair of columns: X'WX, b <= a, entry a·size + b.
 * The order of the additions hangs on the number of rows alone.
 *
 * Two columns by two columns: every number that is read serves twice. The two are laid side by side, because every
 * array that a loop reads costs it a check and two registers.
 */
export function weightedProducts(columns: readonly Float64Array[], weights: Float64Array): Float64Array {
  const size = columns.length;
  const pairs = Math.ceil(size / 2);
  const rows = weights.length;
  const whole = rows - (rows % PARTS);
  const sums = new Float64Array(pairs * pairs * SUMS);
  const weighted = new Float64Array(2 * BLOCK_ROWS);
  const paired = Array.from({ length: pairs }, () => new Float64Array(2 * BLOCK_ROWS));
  for (let start = 0; start < whole; start += BLOCK_ROWS) {
    const end = Math.min(whole, start + BLOCK_ROWS);
    const weight = weights.subarray(start, end);
    // An odd number of columns leaves one alone: it is its own pair, and those sums are never looked at.
    paired.forEach((pair, a) => {
      layInPair(columns[2 * a]!, columns[2 * a + 1] ?? columns[2 * a]!, start, end, pair);
    });
    for (let a = 0; a < pairs; a++) {
      multiplyPair(paired[a]!, weight, weighted);
      for (let b = 0; b <= a; b++) {
        addProducts(weighted, paired[b]!, 2 * weight.length, sums, (a * pairs + b) * SUMS);
      }
    }
  }
  const products = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      const at = ((a >> 1) * pairs + (b >> 1)) * SUMS + (2 * (a & 1) + (b & 1)) * PARTS;
      let part = sums[at]!;
      for (let r = whole; r < rows; r++) part += columns[a]![r]! * weights[r]! * columns[b]![r]!;
      products[a * size + b] = part + sums[at + 1]! + (sums[at + 2]! + sums[at + 3]!);
    }
  }
  return products;
}

function layInPair(x: Float64Array, y: Float64Array, start: number, end: number, pair: Float64Array): void {
  for (let r = start, at = 0; r < end; r++, at += 2) {
    pair[at] = x[r]!;
    pair[at + 1] = y[r]!;
  }
}

function multiplyPair(pair: Float64Array, weight: Float64Array, into: Float64Array): void {
  for (let r = 0, at = 0; r < weight.length; r++, at += 2) {
    into[at] = pair[at]! * weight[r]!;
    into[at + 1] = pair[at + 1]! * weight[r]!;
  }
}

/** Adds the products of a pair u, v with a pair x, y: the four parts of u·x from `at` on, then of u·y, v·x and v·y. */
function addProducts(
  uv: Float64Array,
  xy: Float64Array,
  length: number,
  sums: Float64Array,
  at: number,
): void {
  let ux0 = sums[at]!;
  let ux1 = sums[at + 1]!;
  let ux2 = sums[at + 2]!;
  let ux3 = sums[at + 3]!;
  let uy0 = sums[at + 4]!;
  let uy1 = sums[at + 5]!;
  let uy2 = sums[at + 6]!;
  let uy3 = sums[at + 7]!;
  let vx0 = sums[at + 8]!;
  let vx1 = sums[at + 9]!;
  let vx2 = sums[at + 10]!;
  let vx3 = sums[at + 11]!;
  let vy0 = sums[at + 12]!;
  let vy1 = sums[at + 13]!;
  let vy2 = sums[at + 14]!;
  let vy3 = sums[at + 15]!;
  // Each number is read into a variable: the compiler would read it again for the second product.
  for (let i = 0; i < length; i += 2 * PARTS) {
    let u = uv[i]!;
    let v = uv[i + 1]!;
    let x = xy[i]!;
    let y = xy[i + 1]!;
    ux0 += u * x;
    uy0 += u * y;
    vx0 += v * x;
    vy0 += v * y;
    u = uv[i + 2]!;
    v = uv[i + 3]!;
    x = xy[i + 2]!;
    y = xy[i + 3]!;
    ux1 += u * x;
    uy1 += u * y;
    vx1 += v * x;
    vy1 += v * y;
    u = uv[i + 4]!;
    v = uv[i + 5]!;
    x = xy[i + 4]!;
    y = xy[i + 5]!;
    ux2 += u * x;
    uy2 += u * y;
    vx2 += v * x;
    vy2 += v * y;
    u = uv[i + 6]!;
    v = uv[i + 7]!;
    x = xy[i + 6]!;
    y = xy[i + 7]!;
    ux3 += u * x;
    uy3 += u * y;
    vx3 += v * x;
    vy3 += v * y;
  }
  sums[at] = ux0;
  sums[at + 1] = ux1;
  sums[at + 2] = ux2;
  sums[at + 3] = ux3;
  sums[at + 4] = uy0;
  sums[at + 5] = uy1;
  sums[at + 6] = uy2;
  sums[at + 7] = uy3;
  sums[at + 8] = vx0;
  sums[at + 9] = vx1;
  sums[at + 10] = vx2;
  sums[at + 11] = vx3;
  sums[at + 12] = vy0;
  sums[at + 13] = vy1;
  sums[at + 14] = vy2;
  sums[at + 15] = vy3;
}
