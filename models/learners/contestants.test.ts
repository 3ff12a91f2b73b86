import { describe, expect, it } from 'vitest';
import { averagePrecision } from '../evaluation/average-precision.ts';
import { buildMatrices } from '../features/build-matrices.ts';
import { DAY_MS } from '../features/feature.ts';
import { selectRows } from '../features/feature-matrix.ts';
import { labelWindows } from '../features/label-windows.ts';
import { madeUpEstate } from '../features/made-up-jobs.ts';
import { contestants, learnerOf, modelFromJson } from './contestants.ts';
import { type Examples, isBaseRate, LEARNER_KINDS, type LearnerKind } from './learner.ts';

const estate = madeUpEstate({ jobs: 30, days: 130, seed: 11 });
const cutoffs = Array.from({ length: 14 }, (_, i) => estate.cutoff - (14 - i) * 7 * DAY_MS);
const { week } = buildMatrices(estate.histories, estate.hostSeries, cutoffs);
const labels = labelWindows(week, estate.histories, estate.cutoff);
const part = (keep: (cutoff: number) => boolean): Examples => {
  const rows = Array.from(labels.keys()).filter((r) => keep(week.cutoff[r]!));
  return {
    matrix: selectRows(week, rows),
    labels: Uint8Array.from(rows, (r) => labels[r]!),
    weights: new Float64Array(rows.length).fill(1),
  };
};
const train = part((cutoff) => cutoff < cutoffs[9]!);
const later = part((cutoff) => cutoff >= cutoffs[10]!);
const fitted = (kind: LearnerKind, seed = 5) =>
  learnerOf(kind).fit(train.matrix, train.labels, train.weights, { seed });

it('has one learner for every kind', () => {
  expect(contestants.map(({ kind }) => kind)).toEqual(LEARNER_KINDS);
});

describe.each(LEARNER_KINDS.map((kind) => ({ kind })))('$kind', ({ kind }) => {
  const model = fitted(kind);
  const probabilities = model.predict(later.matrix);

  it('forecasts probabilities that rank later windows better than chance', () => {
    expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
    const chance = later.labels.reduce((sum, label) => sum + label, 0) / later.labels.length;
    expect(averagePrecision(later.labels, probabilities)!).toBeGreaterThan(
      chance * (kind === 'base-persistence' ? 1 : 1.25),
    );
  });

  it('is the same to the last byte when fitted again', () => {
    expect(JSON.stringify(fitted(kind))).toBe(JSON.stringify(model));
  });

  it('comes back from JSON with the same forecasts and the same JSON', () => {
    const text = JSON.stringify(model);
    const back = modelFromJson(JSON.parse(text));
    expect(back.predict(later.matrix)).toEqual(probabilities);
    expect(JSON.stringify(back)).toBe(text);
  });

  it('explains a forecast by contributions that add up to it', () => {
    const logOdds = ['chains', 'logistic', 'recent', 'boosting', 'blend'].includes(kind);
    for (const row of [0, 3, 17]) {
      const { base, margin, contributions } = model.explain(later.matrix, row);
      const sum = contributions.reduce((total, { contribution }) => total + contribution, base);
      expect(sum).toBeCloseTo(margin, 9);
      expect(logOdds ? 1 / (1 + Math.exp(-margin)) : margin).toBeCloseTo(probabilities[row]!, 9);
      expect(contributions.map(({ feature }) => feature)).toEqual(week.names);
    }
  });

  it('refuses a matrix with other columns', () => {
    const other = { ...later.matrix, names: [...week.names.slice(1), 'surprise'] };
    if (isBaseRate(kind)) expect(() => model.predict(other)).toThrow('model expects the features');
    else expect(() => model.predict(other)).toThrow('found');
  });

  if (isBaseRate(kind)) return;
  it('says so when there is only one label to learn from', () => {
    const none = new Uint8Array(train.labels.length);
    expect(() => learnerOf(kind).fit(train.matrix, none, train.weights, { seed: 1 })).toThrow(
      `${kind}: learning requires rows of both labels`,
    );
  });
});

describe('the seed', () => {
  it.each(['boosting', 'blend', 'forest', 'ml-random-forest'] as const)('changes %s', (kind) => {
    expect(JSON.stringify(fitted(kind, 6))).not.toBe(JSON.stringify(fitted(kind, 5)));
  });
});

describe.each([
  ['boosting', 'rounds'],
  ['logistic', 'penalty'],
  ['recent', 'penalty'],
  ['chains', 'penalty'],
  ['blend', 'boosting_rounds'],
] as const)('%s', (kind, setting) => {
  it(`chooses its ${setting} on later examples, and takes them as given in a second fit`, () => {
    const options = { seed: 5, later };
    const chosen = learnerOf(kind).fit(train.matrix, train.labels, train.weights, options);
    expect(chosen.settings[setting]).toBeGreaterThan(0);
    const again = learnerOf(kind).fit(train.matrix, train.labels, train.weights, {
      seed: 5,
      settings: chosen.settings,
    });
    expect(again.settings).toEqual(chosen.settings);
    const [first, second] = [chosen, again].map((model) => model.predict(later.matrix)) as [
      Float64Array,
      Float64Array,
    ];
    // The path of Newton's steps differs, where they end does not.
    for (let r = 0; r < first.length; r++) expect(second[r]).toBeCloseTo(first[r]!, 4);
  });
});

it('refuses JSON of another kind or version', () => {
  const json = fitted('base-run-rate').toJSON();
  expect(() => modelFromJson({ ...json, kind: 'oracle' as LearnerKind })).toThrow('unknown learner "oracle"');
  expect(() => modelFromJson({ ...json, version: 2 })).toThrow('expected version 1, found 2');
});
