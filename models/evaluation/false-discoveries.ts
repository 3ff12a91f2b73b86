/**
 * Which of several hypotheses are rejected when of the rejections at most a share `rate` may be wrong on average,
 * however the tests depend on one another.
 *
 * Benjamini & Yekutieli, "The control of the false discovery rate in multiple testing under dependency", Annals of
 * Statistics 29 (2001), theorem 1.3; statsmodels' `multipletests(method='fdr_by')`.
 *
 * @param probabilities of what was found or more, under each null hypothesis
 */
export function discoveries(probabilities: readonly number[], rate: number): boolean[] {
  const harmonic = probabilities.reduce((sum, _, i) => sum + 1 / (i + 1), 0);
  const sorted = probabilities.toSorted((a, b) => a - b);
  const limit = sorted.findLast((p, i) => p <= (rate * (i + 1)) / (probabilities.length * harmonic));
  return probabilities.map((p) => limit !== undefined && p <= limit);
}
