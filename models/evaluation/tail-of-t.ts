/**
 * Probability that Student's t with so many degrees of freedom is larger than `t`: SciPy's `t.sf`.
 *
 * Abramowitz & Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4: finite sums for whole degrees
 * of freedom.
 *
 * @throws RangeError unless `freedom` is a whole number from 1
 */
export function tailOfT(t: number, freedom: number): number {
  if (!Number.isSafeInteger(freedom) || freedom < 1) {
    throw new RangeError(`tail of t: freedom: expected a whole number from 1, found ${freedom}`);
  }
  if (Number.isNaN(t)) throw new RangeError('tail of t: expected a number, found NaN');
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  const between = isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
  return Math.min(1, Math.max(0, (1 - between) / 2));
}
