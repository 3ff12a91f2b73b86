import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../features/feature.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import type { FittedModel, LearnerKind } from '../learners/learner.ts';
import type { Head } from './artifact.ts';
import type { FittedHead } from './fit-head.ts';
import { type Serving, succeed } from './succeed.ts';

const CUTOFFS = 12;
const JOBS = 20;
const ROWS = CUTOFFS * JOBS;
/** Even jobs fail in every window, odd ones in none, but for one job that swings. */
const fails = (row: number) => (row % JOBS === 7 ? row % 3 === 0 : row % 2 === 0);
const matrix: FeatureMatrix = {
  names: ['even'],
  rows: ROWS,
  columns: [Float64Array.from({ length: ROWS }, (_, r) => (r % 2 === 0 ? 1 : 0))],
  jobIndex: Int32Array.from({ length: ROWS }, (_, r) => r % JOBS),
  cutoff: Float64Array.from({ length: ROWS }, (_, r) => Math.floor(r / JOBS) * 7 * DAY_MS),
  horizon: new Uint8Array(ROWS),
};
const known = { matrix, labels: Uint8Array.from({ length: ROWS }, (_, r) => (fails(r) ? 1 : 0)) };
const NOW = CUTOFFS * 7 * DAY_MS;

/** Tells `even` of even jobs and `odd` of the others, whatever the window. */
function headThatTells(even: number, odd: number): Head {
  const model: FittedModel = {
    kind: 'logistic',
    names: ['even'],
    settings: {},
    predict: ({ columns }) => columns[0]!.map((isEven) => (isEven === 1 ? even : odd)),
    explain: () => ({ base: 0, margin: 0, contributions: [] }),
    toJSON: () => ({ kind: 'logistic', version: 1, names: ['even'], settings: {} }),
  };
  return { model, calibrator: { shape: { kind: 'identity' }, shift: 0 }, interval: null };
}

function fittedThatTells(
  even: number,
  odd: number,
  rows = Int32Array.from({ length: ROWS }, (_, r) => r),
): FittedHead {
  const head = headThatTells(even, odd);
  const probabilities = Float64Array.from(rows, (r) => (r % 2 === 0 ? even : odd));
  return { head, rows: ROWS, positives: ROWS / 2, judged: { rows, probabilities } };
}

const serving = (even: number, odd: number, trainedAt = 0): Serving => ({
  kind: 'chains',
  head: headThatTells(even, odd),
  trainedAt,
  reason: 'first',
  isStandIn: false,
});
const MEMBERS: LearnerKind[] = ['base-window-rate', 'chains', 'logistic'];
const nextOf = (now: Serving | null, fitted: [LearnerKind, FittedHead][], members = MEMBERS) =>
  succeed(now, { fitted: new Map(fitted), trainedAt: NOW }, known, members);

describe('what serves', () => {
  it('is first the failure chains, even where another one looks a little better', () => {
    const first = nextOf(null, [
      ['base-window-rate', fittedThatTells(0.5, 0.5)],
      ['chains', fittedThatTells(0.9, 0.1)],
      ['logistic', fittedThatTells(0.9, 0.1)],
    ]);
    expect(first).toMatchObject({ kind: 'chains', trainedAt: NOW, reason: 'first' });
  });

  it('is first one that is better beyond doubt', () => {
    const first = nextOf(null, [
      ['base-window-rate', fittedThatTells(0.5, 0.5)],
      ['chains', fittedThatTells(0.6, 0.4)],
      ['logistic', fittedThatTells(0.9, 0.1)],
    ]);
    expect(first.kind).toBe('logistic');
  });

  it('is W while no other has enough to learn from, then the chains', () => {
    const w: [LearnerKind, FittedHead] = ['base-window-rate', fittedThatTells(0.5, 0.5)];
    const standIn = nextOf(null, [w], ['chains']);
    expect(standIn.kind).toBe('base-window-rate');
    expect(nextOf(standIn, [w], ['chains'])).toEqual({ ...standIn, reason: 'kept' });
    expect(nextOf(standIn, [w, ['chains', fittedThatTells(0.4, 0.6)]], ['chains'])).toMatchObject({
      kind: 'chains',
      reason: 'first',
    });
  });

  it('is kept when a challenger is no better', () => {
    const now = serving(0.9, 0.05);
    const kept = nextOf(now, [['logistic', fittedThatTells(0.88, 0.06)]]);
    expect(kept).toEqual({ ...now, reason: 'kept' });
  });

  it('is replaced by a challenger that is better beyond doubt on windows since its training', () => {
    const now = serving(0.6, 0.4);
    const next = nextOf(now, [['logistic', fittedThatTells(0.9, 0.1)]]);
    expect(next).toMatchObject({ kind: 'logistic', trainedAt: NOW, reason: 'better' });
  });

  it('is trained anew when its level is off beyond doubt', () => {
    const fitted: [LearnerKind, FittedHead][] = [['chains', fittedThatTells(0.97, 0.063)]];
    expect(nextOf(serving(0.97, 0.063), fitted).reason).toBe('kept');
    expect(nextOf(serving(0.999, 0.45), fitted)).toMatchObject({
      kind: 'chains',
      trainedAt: NOW,
      reason: 'level',
    });
  });

  it('is kept while windows of fewer than eight weeks have closed since its training', () => {
    const challenger: [LearnerKind, FittedHead][] = [['logistic', fittedThatTells(0.9, 0.1)]];
    const sevenAgo = serving(0.6, 0.4, (CUTOFFS - 7) * 7 * DAY_MS);
    const eightAgo = serving(0.6, 0.4, (CUTOFFS - 8) * 7 * DAY_MS);
    expect(nextOf(sevenAgo, challenger)).toEqual({ ...sevenAgo, reason: 'kept' });
    expect(nextOf(eightAgo, challenger).reason).toBe('better');
  });

  it('is kept when a challenger could not be judged', () => {
    const now = serving(0.6, 0.4);
    const unjudged = { ...fittedThatTells(0.9, 0.1), judged: null };
    expect(nextOf(now, [['logistic', unjudged]])).toEqual({ ...now, reason: 'kept' });
  });
});
