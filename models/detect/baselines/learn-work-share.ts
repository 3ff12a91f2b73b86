/** Fewer runs do not tell what rows cost. */
const FEWEST_RUNS = 20;
/** Runs that write nearly the same tell nothing of it. */
const LEAST_STEP = 0.05;
/** Of less, rows are not what a run takes its time for. */
const LEAST_SHARE = 0.15;

/**
 * How much longer a run takes for more rows: its duration goes like rows to the power of this, 1 where twice the rows
 * take twice as long. From run to run, by the weighted median of slopes: neither seasons nor growth nor one odd run
 * move it (least absolute deviations through the origin).
 *
 * @param rows logarithms, in the order of the runs
 * @param durations of the same runs, logarithms
 * @returns at most 1; null where rows hardly matter, or too few runs tell
 */
export function learnWorkShare(rows: Float64Array, durations: Float64Array): number | null {
  const steps: { slope: number; weight: number }[] = [];
  let all = 0;
  for (let i = 1; i < rows.length; i++) {
    const step = rows[i]! - rows[i - 1]!;
    const weight = Math.abs(step);
    if (weight < LEAST_STEP) continue;
    steps.push({ slope: (durations[i]! - durations[i - 1]!) / step, weight });
    all += weight;
  }
  if (steps.length < FEWEST_RUNS) return null;
  steps.sort((a, b) => a.slope - b.slope);
  let below = 0;
  const middle = steps.find(({ weight }) => {
    below += weight;
    return below >= all / 2;
  })!;
  return middle.slope < LEAST_SHARE ? null : Math.min(1, Math.round(middle.slope * 1e3) / 1e3);
}
