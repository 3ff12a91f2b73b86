import { median } from '../median.ts';

/**
 * The line of Theil and Sen (Sen 1968, https://doi.org/10.1080/01621459.1968.10480934): its slope is the median of
 * the slopes between all pairs of points, so that not quite a third of the points may be anything.
 *
 * @param x all different; the cost grows with the square of their number
 * @returns slope, and level at x = 0 (the median of y - slope × x); null with fewer than two points
 */
export function robustLine(
  x: readonly number[],
  y: readonly number[],
): { slope: number; level: number } | null {
  if (x.length < 2) return null;
  const slopes: number[] = [];
  for (let i = 1; i < x.length; i++) {
    for (let j = 0; j < i; j++) slopes.push((y[i]! - y[j]!) / (x[i]! - x[j]!));
  }
  const slope = median(slopes)!;
  return { slope, level: median(x.map((at, i) => y[i]! - slope * at))! };
}
