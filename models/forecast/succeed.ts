import { lossesAtLevel } from '../evaluation/calibrate.ts';
import { bestBeyondDoubt, meanBeyondDoubt, sumPerWeek } from '../evaluation/compare-losses.ts';
import { type FeatureMatrix, pick, selectRows } from '../features/feature-matrix.ts';
import type { LearnerKind } from '../learners/learner.ts';
import { type Head, headProbabilities } from './artifact.ts';
import type { FittedHead, JudgedRows } from './fit-head.ts';

/** Serves first unless another kind is better beyond doubt on later time: known to hold where few windows are. */
const PREFERRED: LearnerKind = 'chains';
/** Where the preferred kind has too little to learn from, this answers: the job's own share of failing windows. */
export const FALLBACK: LearnerKind = 'base-window-rate';

/** Weeks that a verdict on what serves takes: fewer share one weather. */
const MIN_WEEKS = 8;

/** Why a model serves: it was the first, it replaced one that was worse or off its level, or nothing spoke against it. */
export type Succession = 'first' | 'better' | 'level' | 'kept';

export interface Serving {
  kind: LearnerKind;
  head: Head;
  /** Epoch milliseconds; nothing known later taught it. */
  trainedAt: number;
  reason: Succession;
  /** Serves because the preferred kind had too little to learn from. */
  isStandIn: boolean;
}

/** Windows that have closed, and what happened in them as far as it is known. */
export interface LabelledRows {
  matrix: FeatureMatrix;
  labels: Uint8Array;
}

interface Challengers {
  fitted: ReadonlyMap<LearnerKind, FittedHead>;
  trainedAt: number;
}

/**
 * Who serves from now on. A model that serves is kept, because each training moves the level of the forecast with the
 * weather of the last weeks, unless on the windows since its own training, of eight weeks at least,
 * - a challenger that learned from earlier windows has a log loss that is lower beyond doubt, or
 * - its forecasts are too high or too low beyond doubt: then a model of its kind, trained anew, takes over.
 *
 * @param members kinds that may serve; W answers while none of them has enough to learn from
 */
export function succeed(
  serving: Serving | null,
  { fitted, trainedAt }: Challengers,
  known: LabelledRows,
  members: readonly LearnerKind[],
): Serving {
  const preferred = members.includes(PREFERRED) ? PREFERRED : members[0]!;
  const takeOver = (kind: LearnerKind, reason: Succession): Serving => {
    const isStandIn = !fitted.has(preferred);
    return { kind, head: fitted.get(kind)!.head, trainedAt, reason, isStandIn };
  };
  if (serving === null || (serving.isStandIn && fitted.has(preferred))) {
    return takeOver(firstOf(fitted, known, members, preferred), 'first');
  }
  const kept: Serving = { ...serving, reason: 'kept' };
  const judged = judgedOf(fitted, members);
  const isSince = (row: number) => known.matrix.cutoff[row]! >= serving.trainedAt;
  const since = judged[0]?.[1].rows.filter(isSince) ?? new Int32Array(0);
  const told = headProbabilities(serving.head, selectRows(known.matrix, since));
  const residuals = told.map((probability, i) => known.labels[since[i]!]! - probability);
  const balance = sumPerWeek(residuals, pick(known.matrix.cutoff, since, new Float64Array(since.length)));
  if (balance.length < MIN_WEEKS) return kept;
  const better = bestBeyondDoubt(
    lossesOn(known, since, told),
    judged.map(([kind, { rows, probabilities }]) => {
      const own = probabilities.filter((_, i) => isSince(rows[i]!));
      return [kind, lossesOn(known, since, own)] as const;
    }),
  );
  if (better !== null) return takeOver(better, 'better');
  return meanBeyondDoubt(balance) !== 0 && fitted.has(serving.kind) ? takeOver(serving.kind, 'level') : kept;
}

const judgedOf = (fitted: Challengers['fitted'], members: readonly LearnerKind[]) =>
  [...fitted].flatMap(([kind, { judged }]) =>
    members.includes(kind) && judged !== null ? [[kind, judged] as const] : [],
  );

function firstOf(
  fitted: Challengers['fitted'],
  known: LabelledRows,
  members: readonly LearnerKind[],
  preferred: LearnerKind,
): LearnerKind {
  const first = fitted.has(preferred) ? preferred : FALLBACK;
  const lossesOf = ({ rows, probabilities }: JudgedRows) => lossesOn(known, rows, probabilities);
  const judgedFirst = fitted.get(first)?.judged;
  if (!judgedFirst) return first;
  const others = judgedOf(fitted, members).map(([kind, judged]) => [kind, lossesOf(judged)] as const);
  return bestBeyondDoubt(lossesOf(judgedFirst), others) ?? first;
}

/** Log loss of each week, at the level of the rows. */
export function lossesOn(
  { matrix, labels }: LabelledRows,
  rows: Int32Array,
  probabilities: Float64Array,
): number[] {
  return lossesAtLevel(
    { kind: 'identity' },
    {
      labels: pick(labels, rows, new Uint8Array(rows.length)),
      times: pick(matrix.cutoff, rows, new Float64Array(rows.length)),
    },
    probabilities,
  );
}
