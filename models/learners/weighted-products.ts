/** Rows taken at a time: of some sixty columns these stay in the processor's nearer memory. A multiple of four. */
const BLOCK_ROWS = 512;
/** Every product is summed in four parts, so that additions need not wait for each other. */
const PARTS = 4;

/**
 * The sums over the rows of column a × weight × column b, for every pair of columns: X'WX, b <= a, entry a·size + b.
 * The order of the additions hangs on the number of rows alone.
 *
 * Two columns by two columns: every number that is read serves twice.
 */
export function weightedProducts(columns: readonly Float64Array[], weights: Float64Array): Float64Array {
  const size = columns.length;
  const even = size + (size % 2);
  const rows = weights.length;
  const whole = rows - (rows % PARTS);
  const sums = new Float64Array(PARTS * even * even);
  const first = new Float64Array(BLOCK_ROWS);
  const second = new Float64Array(BLOCK_ROWS);
  // What an odd number of columns lacks; its sums are never looked at.
  const none = new Float64Array(BLOCK_ROWS);
  for (let start = 0; start < whole; start += BLOCK_ROWS) {
    const end = Math.min(whole, start + BLOCK_ROWS);
    const block = columns.map((column) => column.subarray(start, end));
    block.push(none);
    const weight = weights.subarray(start, end);
    for (let a = 0; a < size; a += 2) {
      multiply(block[a]!, weight, first);
      multiply(block[a + 1]!, weight, second);
      for (let b = 0; b <= a; b += 2) {
        const at = PARTS * (a * even + b);
        addProducts(first, second, block[b]!, block[b + 1]!, end - start, sums, at, at + PARTS * even);
      }
    }
  }
  const products = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      const at = PARTS * (a * even + b);
      let part = sums[at]!;
      for (let r = whole; r < rows; r++) part += columns[a]![r]! * weights[r]! * columns[b]![r]!;
      products[a * size + b] = part + sums[at + 1]! + (sums[at + 2]! + sums[at + 3]!);
    }
  }
  return products;
}

function multiply(column: Float64Array, weight: Float64Array, into: Float64Array): void {
  for (let r = 0; r < weight.length; r++) into[r] = column[r]! * weight[r]!;
}

/** Adds u·x and u·y to the parts from `at` on, v·x and v·y to those from `below` on. */
function addProducts(
  u: Float64Array,
  v: Float64Array,
  x: Float64Array,
  y: Float64Array,
  rows: number,
  sums: Float64Array,
  at: number,
  below: number,
): void {
  let ux0 = sums[at]!;
  let ux1 = sums[at + 1]!;
  let ux2 = sums[at + 2]!;
  let ux3 = sums[at + 3]!;
  let uy0 = sums[at + 4]!;
  let uy1 = sums[at + 5]!;
  let uy2 = sums[at + 6]!;
  let uy3 = sums[at + 7]!;
  let vx0 = sums[below]!;
  let vx1 = sums[below + 1]!;
  let vx2 = sums[below + 2]!;
  let vx3 = sums[below + 3]!;
  let vy0 = sums[below + 4]!;
  let vy1 = sums[below + 5]!;
  let vy2 = sums[below + 6]!;
  let vy3 = sums[below + 7]!;
  for (let r = 0; r < rows; r += PARTS) {
    ux0 += u[r]! * x[r]!;
    uy0 += u[r]! * y[r]!;
    vx0 += v[r]! * x[r]!;
    vy0 += v[r]! * y[r]!;
    ux1 += u[r + 1]! * x[r + 1]!;
    uy1 += u[r + 1]! * y[r + 1]!;
    vx1 += v[r + 1]! * x[r + 1]!;
    vy1 += v[r + 1]! * y[r + 1]!;
    ux2 += u[r + 2]! * x[r + 2]!;
    uy2 += u[r + 2]! * y[r + 2]!;
    vx2 += v[r + 2]! * x[r + 2]!;
    vy2 += v[r + 2]! * y[r + 2]!;
    ux3 += u[r + 3]! * x[r + 3]!;
    uy3 += u[r + 3]! * y[r + 3]!;
    vx3 += v[r + 3]! * x[r + 3]!;
    vy3 += v[r + 3]! * y[r + 3]!;
  }
  sums[at] = ux0;
  sums[at + 1] = ux1;
  sums[at + 2] = ux2;
  sums[at + 3] = ux3;
  sums[at + 4] = uy0;
  sums[at + 5] = uy1;
  sums[at + 6] = uy2;
  sums[at + 7] = uy3;
  sums[below] = vx0;
  sums[below + 1] = vx1;
  sums[below + 2] = vx2;
  sums[below + 3] = vx3;
  sums[below + 4] = vy0;
  sums[below + 5] = vy1;
  sums[below + 6] = vy2;
  sums[below + 7] = vy3;
}
