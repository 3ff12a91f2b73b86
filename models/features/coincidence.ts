/** ln n! for the days that are ever looked at. */
const MOST_DAYS = 400;
const LOG_FACTORIALS = new Float64Array(MOST_DAYS + 1);
for (let n = 1; n <= MOST_DAYS; n++) LOG_FACTORIALS[n] = LOG_FACTORIALS[n - 1]! + Math.log(n);

/**
 * Probability that two sets of days, drawn independently from `days`, have at least `together` days in common: the upper
 * tail of the hypergeometric distribution, Fisher's exact test one-sided (Feller, "An introduction to probability theory",
 * II.6).
 *
 * @param one size of the first set; `other`: of the second; both at most `days`, which is at most 400
 * @param enough beyond this the sum is not taken further: a smaller answer is exact
 */
export function coincidenceTail(
  days: number,
  one: number,
  other: number,
  together: number,
  enough = 1,
): number {
  let tail = 0;
  const most = Math.min(one, other);
  const logAll = logChoose(days, other);
  for (let k = Math.max(together, one + other - days, 0); k <= most && tail <= enough; k++) {
    tail += Math.exp(logChoose(one, k) + logChoose(days - one, other - k) - logAll);
  }
  return Math.min(1, tail);
}

const logChoose = (n: number, k: number): number =>
  LOG_FACTORIALS[n]! - LOG_FACTORIALS[k]! - LOG_FACTORIALS[n - k]!;
