import { type CalibrationShape, lossesAtLevel } from './calibrate.ts';
import { bestBeyondDoubt } from './compare-losses.ts';
import { fitBeta } from './fit-beta.ts';
import { fitIsotonic, fitPlatt } from './fit-shapes.ts';

/**
 * Chooses among no bending, Platt's line, a beta curve and isotonic steps: each is fitted on the earlier half of the times
 * and judged by log loss on the later half, all at that half's level; the winner is fitted on all. Bending has to be
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
  const fitOn = part(rowsWhere(times, (time) => time < middle));
  const judge = part(rowsWhere(times, (time) => time >= middle));
  const lossesOf = (shape: CalibrationShape) => lossesAtLevel(shape, judge, judge.probabilities);
  const bent = [fitPlatt, fitBeta, fitIsotonic].flatMap((bending) => {
    const shape = bending(fitOn.labels, fitOn.probabilities);
    return shape === null ? [] : [[bending, lossesOf(shape)] as const];
  });
  const best = bestBeyondDoubt(lossesOf({ kind: 'identity' }), bent);
  return best?.(labels, probabilities) ?? { kind: 'identity' };
}

function rowsWhere(times: Float64Array, keep: (time: number) => boolean): number[] {
  return Array.from(times.keys()).filter((r) => keep(times[r]!));
}
