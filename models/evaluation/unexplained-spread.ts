/**
 * How far the true log-odds of a group of rows lie from the forecast ones: the standard deviation of what the rows of
 * a group have in common and the forecast does not know.
 *
 * By the method of moments. With log-odds(truth) = log-odds(p) + u of the group, u of mean 0 and variance τ², two rows
 * r and s of one group have E[(y_r − p_r)(y_s − p_s)] = τ² v_r v_s with v = p (1 − p), to first order in u (Breslow &
 * Clayton, "Approximate inference in generalized linear mixed models", 1993). So τ² is the sum of these products over
 * all ordered pairs within the groups, over P, the sum of v_r v_s; 0 where that is negative. A row alone in its group says
 * nothing. Where there is no spread this scatters by √(2 ÷ P): that much is added, because few rows cannot rule it out.
 *
 * @param probabilities strictly between 0 and 1, at the level of the labels
 * @param groups a whole number per row
 * @returns in units of log-odds; null without two rows in one group
 */
export function unexplainedSpread(
  labels: Uint8Array,
  probabilities: Float64Array,
  groups: ArrayLike<number>,
): number | null {
  const sums = new Map<number, { residual: number; squares: number; v: number; vSquares: number }>();
  for (let r = 0; r < labels.length; r++) {
    const p = probabilities[r]!;
    const residual = labels[r]! - p;
    const v = p * (1 - p);
    const of = sums.get(groups[r]!) ?? { residual: 0, squares: 0, v: 0, vSquares: 0 };
    of.residual += residual;
    of.squares += residual ** 2;
    of.v += v;
    of.vSquares += v ** 2;
    sums.set(groups[r]!, of);
  }
  let shared = 0;
  let possible = 0;
  for (const { residual, squares, v, vSquares } of sums.values()) {
    shared += residual ** 2 - squares;
    possible += v ** 2 - vSquares;
  }
  return possible > 1e-12 ? Math.sqrt(Math.max(0, shared / possible) + Math.sqrt(2 / possible)) : null;
}
