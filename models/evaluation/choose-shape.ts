import { applyCalibrator, type CalibrationShape, lossesAtLevel } from './calibrate.ts';
import { bestBeyondDoubt } from './compare-losses.ts';
import { fitBeta } from './fit-beta.ts';
import { fitIsotonic, fitPlatt } from './fit-shapes.ts';

type Bending = (labels: Uint8Array, probabilities: Float64Array) => CalibrationShape | null;

/** Parts of the time that take turns in being judged. */
const MOST_FOLDS = 8;

/**
 * Chooses among no bending, Platt's line, a beta curve and isotonic steps. Of up to eight parts of the time each is bent
 * by what the others teach, and all is judged by log loss at its level: halves would leave too few weeks to judge by.
 * The winner is fitted on all. Bending has to be better beyond doubt over the weeks: what serves is a model fitted on
 * more than the one judged here, and needs no other shape than its own without a reason. The rows must be later than what
 * the model learned from.
 *
 * @param times epoch milliseconds of the rows
 */
export function chooseShape(
  labels: Uint8Array,
  probabilities: Float64Array,
  times: Float64Array,
): CalibrationShape {
  const folds = foldsOf(times);
  const lossesOf = (told: Float64Array) => lossesAtLevel({ kind: 'identity' }, { labels, times }, told);
  const bent = [fitPlatt, fitBeta, fitIsotonic].flatMap((bending) => {
    const told = bentByOthers(bending, labels, probabilities, folds);
    return told === null ? [] : [[bending, lossesOf(told)] as const];
  });
  const best = bestBeyondDoubt(lossesOf(probabilities), bent);
  return best?.(labels, probabilities) ?? { kind: 'identity' };
}

/** Which part of the time each row lies in; parts hold equally many times, one after the other. */
function foldsOf(times: Float64Array): Int32Array {
  const distinct = [...new Set(times)].sort((a, b) => a - b);
  const folds = Math.min(MOST_FOLDS, distinct.length);
  const foldOf = new Map(
    distinct.map((time, place) => [time, Math.floor((place * folds) / distinct.length)]),
  );
  return Int32Array.from(times, (time) => foldOf.get(time)!);
}

/** Null when some part has no others that teach a bending. */
function bentByOthers(
  bending: Bending,
  labels: Uint8Array,
  probabilities: Float64Array,
  folds: Int32Array,
): Float64Array | null {
  const bent = new Float64Array(labels.length);
  for (const fold of new Set(folds)) {
    const others = folds.map((of) => (of === fold ? 0 : 1));
    const shape = bending(
      labels.filter((_, r) => others[r] === 1),
      probabilities.filter((_, r) => others[r] === 1),
    );
    if (shape === null) return null;
    const told = applyCalibrator({ shape, shift: 0 }, probabilities);
    for (let r = 0; r < bent.length; r++) if (folds[r] === fold) bent[r] = told[r]!;
  }
  return bent;
}
