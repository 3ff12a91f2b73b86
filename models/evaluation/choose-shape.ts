import { type CalibrationShape, lossesAtLevel } from './calibrate.ts';
import { bestBeyondDoubt, WEEK_MS } from './compare-losses.ts';
import { fitBeta } from './fit-beta.ts';
import { fitIsotonic, fitPlatt, MIN_FOR_ISOTONIC } from './fit-shapes.ts';

/** No window is longer. */
const WINDOW_MS = WEEK_MS;

/**
 * Chooses among no bending, Platt's line, a beta curve and isotonic steps: each is fitted on the earlier half of the times
 * and judged by log loss on the later half, all at that half's level; no window of the one reaches into the other, and
 * steps take a hundred of either outcome in windows that do not overlap; the winner is fitted on all. Bending has to be
 * better beyond doubt over the weeks: what serves is a model fitted on more than the one judged here, and
 * needs no other shape than its own without a reason. The rows must be later than what the model learned from.
 */
export function chooseShape(
  labels: Uint8Array,
  probabilities: Float64Array,
  times: Float64Array,
): CalibrationShape {
  const distinct = [...new Set(times)].sort((a, b) => a - b);
  const middle = distinct[distinct.length >> 1] ?? 0;
  const part = (rows: number[]) => ({
    labels: Uint8Array.from(rows, (r) => labels[r]!),
    probabilities: Float64Array.from(rows, (r) => probabilities[r]!),
    times: Float64Array.from(rows, (r) => times[r]!),
  });
  const early = distinct.filter((time) => time < middle);
  const fitOn = part(rowsWhere(times, (time) => time < middle));
  const judge = part(rowsWhere(times, (time) => time >= (early.at(-1) ?? 0) + WINDOW_MS));
  const lossesOf = (shape: CalibrationShape) => lossesAtLevel(shape, judge, judge.probabilities);
  // Steps fitted to fewer outcomes of windows that do not overlap follow the jobs, not the forecast.
  const bendings =
    scarcestApart(fitOn) < MIN_FOR_ISOTONIC ? [fitPlatt, fitBeta] : [fitPlatt, fitBeta, fitIsotonic];
  const bent = bendings.flatMap((bending) => {
    const shape = bending(fitOn.labels, fitOn.probabilities);
    return shape === null ? [] : [[bending, lossesOf(shape)] as const];
  });
  const best = bestBeyondDoubt(lossesOf({ kind: 'identity' }), bent);
  return best?.(labels, probabilities) ?? { kind: 'identity' };
}

function rowsWhere(times: Float64Array, keep: (time: number) => boolean): number[] {
  return Array.from(times.keys()).filter((r) => keep(times[r]!));
}

/** The rarer outcome among the rows of times that are a window apart, from the first on. */
function scarcestApart({ labels, times }: { labels: Uint8Array; times: Float64Array }): number {
  let last = Number.NEGATIVE_INFINITY;
  const apart = new Set<number>();
  for (const time of [...new Set(times)].sort((a, b) => a - b)) {
    if (time < last + WINDOW_MS) continue;
    last = time;
    apart.add(time);
  }
  const counts = [0, 0];
  labels.forEach((label, r) => {
    if (apart.has(times[r]!)) counts[label]! += 1;
  });
  return Math.min(...counts);
}
