import type { GateContestant, GateInput } from '../evaluation/decide-gate.ts';
import { isBaseRate, type LearnerKind } from '../learners/learner.ts';
import type { TestPredictions } from './test-predictions.ts';

export interface TestedContestant {
  kind: LearnerKind;
  predictions: TestPredictions;
}

/**
 * Sets contestants side by side on the week rows of their common test.
 *
 * @throws Error when they were not tested on the same rows
 */
export function gateInput(contestants: {
  challenger: TestedContestant;
  champion: TestedContestant | null;
  baseRates: TestedContestant[];
}): GateInput {
  const { challenger, champion, baseRates } = contestants;
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
    cutoff: Float64Array.from(weekRows, (r) => reference.cutoff[r]!),
  };
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
