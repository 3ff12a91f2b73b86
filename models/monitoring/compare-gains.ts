import { blockBootstrap } from '../evaluation/block-bootstrap.ts';
import { applyCalibrator, atLevel } from '../evaluation/calibrate.ts';
import type { ScoredWindows } from './compare-rates.ts';

/** Windows of which it is known when they were forecast and what shared their weather. */
export interface DatedWindows extends ScoredWindows {
  /** When each was forecast, epoch milliseconds. */
  cutoff: ArrayLike<number>;
  /** Rows of one number share their weather: a week of a server. */
  hostWeek: ArrayLike<number>;
}

/** What a model gains over one chance for all jobs, then and now. */
export interface GainShift {
  /** Weeks of forecasts that were looked at. */
  weeks: number;
  rows: number;
  /** Share of the Brier score of one chance for all that the model saves; 1: it knew all, 0: nothing. */
  gain: number;
  /** The same in the test and in the weeks served before: what was promised. */
  promised: number;
  /** By at least so much it has fallen, beyond doubt; negative: it may not have. */
  fallenBy: number;
}

/** The newest two weeks tell soonest, four weeks more surely. */
const SPANS = [2, 4];
const WEEK_MS = 7 * 86_400_000;
const LEAST_ROWS = 30;
const LEAST_JOBS = 10;
const LEAST_POSITIVES = 8;
/** Of each interval; beyond one end of it chance goes once in a thousand looks. */
const CONFIDENCE = 0.998;
const RESAMPLES = 2_000;
const SEED = 20_260_304;

/**
 * Whether a model is worth what it promised: by its test, and by the weeks that it has served before those looked at, because
 * the test of a young model is short. The gain is one less the quotient of its Brier score and that of one
 * chance for all (the Brier skill score: Murphy, "A new vector partition of the probability score", 1973), on both
 * sides at the level of what happened: that failures are more or fewer is no fault of the forecast. Then and now have an
 * interval each, by resampling jobs, and now by resampling weeks of servers too; the bound of their difference follows
 * from the ends that face each other (Zou & Donner, "Construction of confidence limits about effect measures", Statistics
 * in Medicine 27, 2008).
 *
 * @param served all weeks that this model forecast and that are over, as far back as they are wanted
 * @returns one a span, the shorter first; those with too little to say are left out
 */
export function compareGains(test: ScoredWindows, served: DatedWindows): GainShift[] {
  const newest = rowsOf(served).reduce((latest, r) => Math.max(latest, served.cutoff[r]!), 0);
  return SPANS.flatMap((weeks) => {
    const rows = rowsOf(served).filter((r) => served.cutoff[r]! > newest - weeks * WEEK_MS);
    const isWhole = rows.some((r) => served.cutoff[r]! <= newest - (weeks - 1) * WEEK_MS);
    const before = rowsOf(served).filter((r) => served.cutoff[r]! <= newest - weeks * WEEK_MS);
    const known = joined(test, served, before);
    const promised = gainOf(known, rowsOf(known), [known.job]);
    const found = isWhole ? gainOf(served, rows, [served.job, served.hostWeek]) : null;
    if (found === null || promised === null) return [];
    const { value: gain, upper } = found;
    const fallenBy = promised.value - gain - Math.hypot(promised.value - promised.lower, upper - gain);
    return [{ weeks, rows: rows.length, gain, promised: promised.value, fallenBy }];
  });
}

/** One after the other, of the second only some rows. */
function joined(one: ScoredWindows, other: ScoredWindows, rows: readonly number[]): ScoredWindows {
  const column = (name: 'job' | 'label' | 'probability') => [
    ...Array.from(one[name]),
    ...rows.map((r) => other[name][r]!),
  ];
  return { job: column('job'), label: column('label'), probability: column('probability') };
}

const rowsOf = ({ label }: ScoredWindows): number[] => Array.from({ length: label.length }, (_, r) => r);

/** With the widest of the intervals. Null: not enough data. */
function gainOf(
  windows: ScoredWindows,
  rows: readonly number[],
  blocks: readonly ArrayLike<number>[],
): { value: number; lower: number; upper: number } | null {
  const labels = Uint8Array.from(rows, (r) => windows.label[r]!);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const jobs = new Set(rows.map((r) => windows.job[r]!)).size;
  const scarcest = Math.min(positives, labels.length - positives);
  if (rows.length < LEAST_ROWS || jobs < LEAST_JOBS || scarcest < LEAST_POSITIVES) return null;
  const told = Float64Array.from(rows, (r) => windows.probability[r]!);
  const leveled = applyCalibrator(atLevel({ kind: 'identity' }, labels, told), told);
  const squares = leveled.map((p, i) => (p - labels[i]!) ** 2);
  const figureAt = (weights: Float64Array): number | null => {
    let total = 0;
    let failed = 0;
    let sum = 0;
    for (let i = 0; i < squares.length; i++) {
      total += weights[i]!;
      failed += weights[i]! * labels[i]!;
      sum += weights[i]! * squares[i]!;
    }
    const rate = failed / total;
    return rate > 0 && rate < 1 ? 1 - sum / total / (rate * (1 - rate)) : null;
  };
  const found = blocks.map((block) =>
    blockBootstrap({
      ...{ blocks: Int32Array.from(rows, (r) => block[r]!), figureAt },
      ...{ confidence: CONFIDENCE, resamples: RESAMPLES, seed: SEED },
    }),
  );
  if (found.some((one) => one === null)) return null;
  return {
    value: found[0]!.value,
    lower: Math.min(...found.map((one) => one!.lower)),
    upper: Math.max(...found.map((one) => one!.upper)),
  };
}
