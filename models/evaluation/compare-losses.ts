/** Sums of log loss, one per distinct time, in the order of the times. Probabilities are strictly between 0 and 1. */
export function lossPerTime(labels: Uint8Array, probabilities: Float64Array, times: Float64Array): number[] {
  const losses = new Map<number, number>();
  for (let r = 0; r < labels.length; r++) {
    const right = labels[r] === 1 ? probabilities[r]! : 1 - probabilities[r]!;
    losses.set(times[r]!, (losses.get(times[r]!) ?? 0) - Math.log(right));
  }
  return [...losses].sort(([a], [b]) => a - b).map(([, loss]) => loss);
}

/**
 * The challenger whose losses are lower beyond doubt and by the most, of equal ones the first; null when there is none.
 */
export function bestBeyondDoubt<T>(
  known: readonly number[],
  challengers: Iterable<readonly [challenger: T, losses: readonly number[]]>,
): T | null {
  let best: T | null = null;
  let largest = 0;
  for (const [challenger, losses] of challengers) {
    const gain = gainBeyondDoubt(known, losses);
    if (gain <= largest) continue;
    largest = gain;
    best = challenger;
  }
  return best;
}

/**
 * How much lower the losses of a challenger are than the known ones, as a mean over the times; 0 unless that is more
 * than two standard errors: the rows of one time share its weather, so times are what is counted.
 */
export function gainBeyondDoubt(known: readonly number[], challenger: readonly number[]): number {
  const gains = known.map((loss, t) => loss - challenger[t]!);
  if (gains.length < 2) return 0;
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const squares = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (gains.length - 1) / gains.length);
  return mean > 2 * standardError ? mean : 0;
}
