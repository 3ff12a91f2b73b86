/**
 * Quantile of the standard normal distribution, right to 4.5e-4: Abramowitz and Stegun 26.2.23
 * (https://personal.math.ubc.ca/~cbm/aands/page_933.htm).
 *
 * @param share strictly between 0 and 1
 */
export function normalQuantile(share: number): number {
  const tail = Math.min(share, 1 - share);
  const t = Math.sqrt(-2 * Math.log(tail));
  const over = 2.515517 + t * (0.802853 + t * 0.010328);
  const under = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  return Math.sign(share - 0.5) * (t - over / under);
}

/**
 * Quantile of Student's t from that of the normal: the first terms of Abramowitz and Stegun 26.7.5
 * (https://personal.math.ubc.ca/~cbm/aands/page_949.htm); within 3 % from 5 degrees of freedom on.
 */
export function studentQuantile(normal: number, degrees: number): number {
  const z2 = normal * normal;
  const first = (normal * (z2 + 1)) / 4;
  const second = (normal * (z2 * (5 * z2 + 16) + 3)) / 96;
  const third = (normal * (z2 * (z2 * (3 * z2 + 19) + 17) - 15)) / 384;
  return normal + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}
