import { MISSING_BIN } from './bin-columns.ts';
import { type Histogram, SLOTS } from './leaf-histogram.ts';
import { gradientOf, hessianOf } from './pack-gradients.ts';

export interface Split {
  /** Fall of the loss, in units of gradient² / hessian. */
  gain: number;
  /** Its place in the layout. */
  column: number;
  /** Codes up to this one go left. */
  bin: number;
  missingLeft: boolean;
  /** Packed sum of the rows that go left. */
  left: number;
}

/** What a split has to keep to; everything in steps of the packed gradients. */
export interface SplitLimits {
  l2: number;
  /** Least hessian of a child. */
  minHessian: number;
  /** Score that two children together have to exceed. */
  minScore: number;
}

/**
 * The split of a leaf whose children's scores add up to the most; the first of equals in the order of columns, missing
 * to the right, codes.
 *
 * @param bins of each column of the layout, the missing one not counted
 * @param columns places in the layout, those to look at
 * @param total packed sum of the leaf
 * @returns the split with its score as `gain`, or null when none exceeds `minScore`
 */
export function findSplit(
  histogram: Histogram,
  bins: Int32Array,
  columns: Int32Array,
  total: number,
  limits: SplitLimits,
): Split | null {
  const found: Found = { score: limits.minScore, bin: -1, left: 0 };
  let column = -1;
  let missingLeft = false;
  for (let c = 0; c < columns.length; c++) {
    const base = columns[c]! * SLOTS;
    const missing = histogram[base + MISSING_BIN]!;
    const known = bins[columns[c]!]!;
    if (missing === 0) {
      // Without missing values the last bin has nothing to its right.
      if (scan(histogram, base, known - 1, 0, total, limits, found)) {
        column = columns[c]!;
        missingLeft = hessianOf(found.left) * 2 > hessianOf(total);
      }
      continue;
    }
    if (scan(histogram, base, known, 0, total, limits, found)) {
      column = columns[c]!;
      missingLeft = false;
    }
    if (scan(histogram, base, known - 1, missing, total, limits, found)) {
      column = columns[c]!;
      missingLeft = true;
    }
  }
  return column < 0 ? null : { gain: found.score, column, bin: found.bin, missingLeft, left: found.left };
}

/** So much better a split has to be: the same rows behind an empty bin are not better by a rounding. */
const MORE = 1 + 8 * Number.EPSILON;

interface Found {
  score: number;
  bin: number;
  left: number;
}

/** Looks behind every bin of a column; `left` is what goes left before the first. True when it found a better split. */
function scan(
  histogram: Histogram,
  base: number,
  bins: number,
  left: number,
  total: number,
  { l2, minHessian }: SplitLimits,
  found: Found,
): boolean {
  const totalGradient = gradientOf(total);
  const totalHessian = hessianOf(total);
  let best = found.score;
  let bestBin = -1;
  let bestLeft = 0;
  for (let bin = 0; bin < bins; bin++) {
    const sum = histogram[base + bin]!;
    left += sum;
    const leftGradient = gradientOf(left);
    const leftHessian = hessianOf(left);
    if (leftHessian < minHessian) continue;
    const rightHessian = totalHessian - leftHessian;
    if (rightHessian < minHessian) break;
    const rightGradient = totalGradient - leftGradient;
    const a = leftHessian + l2;
    const b = rightHessian + l2;
    // g²/a + r²/b > best without a division: there is one only for what is better.
    const score = leftGradient * leftGradient * b + rightGradient * rightGradient * a;
    if (score > best * (a * b)) {
      best = (score / (a * b)) * MORE;
      bestBin = bin;
      bestLeft = left;
    }
  }
  if (bestBin < 0) return false;
  found.score = best;
  found.bin = bestBin;
  found.left = bestLeft;
  return true;
}
