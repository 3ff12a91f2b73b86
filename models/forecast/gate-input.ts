import { WEEK_MS } from '../evaluation/compare-losses.ts';
import type { GateContestant, GateInput } from '../evaluation/decide-gate.ts';
import { isBaseRate, type LearnerKind } from '../learners/learner.ts';
import type { TestPredictions } from './test-predictions.ts';

export interface TestedContestant {
  kind: LearnerKind;
  predictions: TestPredictions;
}

/** Server of a job by its id; null where it is not known. */
export type HostOf = (jobId: number) => string | null;

/**
 * Sets contestants side by side on the week rows of their common test.
 *
 * @param hostOf where it is not told all jobs share the weather of a week
 * @throws Error when they were not tested on the same rows
 */
export function gateInput(contestants: {
  challenger: TestedContestant;
  champion: TestedContestant | null;
  baseRates: TestedContestant[];
  hostOf?: HostOf;
}): GateInput {
  const { challenger, champion, baseRates, hostOf = () => null } = contestants;
  const reference = challenger.predictions;
  const weekRows = Array.from(reference.horizon.keys()).filter((r) => reference.horizon[r] === 0);
  const jobs = new Map([...new Set(reference.jobId)].map((jobId, i) => [jobId, i]));
  const side = ({ kind, predictions }: TestedContestant): GateContestant => {
    requireSameRows(kind, predictions, reference);
    return {
      kind,
      baseRate: isBaseRate(kind),
      probabilities: Float64Array.from(weekRows, (r) => predictions.probability[r]!),
    };
  };
  return {
    challenger: side(challenger),
    champion: champion === null ? null : side(champion),
    baseRates: baseRates.map(side),
    labels: Uint8Array.from(weekRows, (r) => reference.label[r]!),
    jobIndex: Int32Array.from(weekRows, (r) => jobs.get(reference.jobId[r]!)!),
    hostWeek: hostWeeks(reference, weekRows, hostOf),
    cutoff: Float64Array.from(weekRows, (r) => reference.cutoff[r]!),
    evidence: [],
  };
}

/** A number for each week of each server, the weeks counted from the first cutoff; jobs without a server share one. */
export function hostWeeks(rows: TestPredictions, positions: ArrayLike<number>, hostOf: HostOf): Int32Array {
  const first = rows.cutoff.reduce((least, cutoff) => Math.min(least, cutoff), Number.POSITIVE_INFINITY);
  const numbers = new Map<string, number>();
  return Int32Array.from(positions, (r) => {
    const name = `${Math.floor((rows.cutoff[r]! - first) / WEEK_MS)} ${hostOf(rows.jobId[r]!) ?? ''}`;
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name)!;
  });
}

function requireSameRows(kind: string, found: TestPredictions, expected: TestPredictions): void {
  for (const column of ['jobId', 'cutoff', 'horizon', 'label'] as const) {
    const length = expected[column].length;
    if (found[column].length !== length) {
      throw new Error(`test of ${kind}: expected ${length} rows, found ${found[column].length}`);
    }
    for (let r = 0; r < length; r++) {
      if (found[column][r] !== expected[column][r]) {
        throw new Error(
          `test of ${kind}: row ${r}: expected ${column} ${expected[column][r]}, found ${found[column][r]}`,
        );
      }
    }
  }
}
