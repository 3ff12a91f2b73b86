import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { compareColumn, LEAST_ROWS } from './compare-column.ts';
import { chiSquareTail, contingencyOf } from './contingency.ts';
import { adjustFalseDiscovery } from './false-discovery.ts';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts';
import { countGroups, groupingOf, populationStability } from './population-stability.ts';
import { normedWasserstein, wassersteinDistance } from './wasserstein.ts';

const sequence = (n: number, a: number, b: number, m: number) =>
  Array.from({ length: n }, (_, i) => (a * i + b) % m);
const REFERENCE = Float64Array.from(sequence(60, 37, 11, 101), (x) => x / 10);
const CURRENT = Float64Array.from(sequence(45, 53, 7, 89), (x) => x / 8 + 1);
const TIED = Float64Array.from(sequence(50, 13, 5, 31), (x) => x % 7);
const ALSO_TIED = Float64Array.from(sequence(40, 17, 3, 29), (x) => x % 5);
const FEW = REFERENCE.slice(0, 5);
const FAR = REFERENCE.slice(0, 7).map((x) => x + 100);

/**
 * SciPy 1.17.1 on Python 3.11:
 *
 *     seq = lambda n, a, b, m: [(a * i + b) % m for i in range(n)]
 *     ref = [x / 10 for x in seq(60, 37, 11, 101)]; cur = [x / 8 + 1 for x in seq(45, 53, 7, 89)]
 *     tied = [float(x % 7) for x in seq(50, 13, 5, 31)]; also = [float(x % 5) for x in seq(40, 17, 3, 29)]
 *     scipy.stats.ks_2samp(a, b); scipy.stats.wasserstein_distance(a, b) [/ max(np.std(a), 0.001)]
 *
 * The same figures from Evidently 0.7's `wasserstein_stat_test` and `ks_stat_test` on the first pair.
 */
const SCIPY: [string, Float64Array, Float64Array, ks: number, p: number, distance: number, normed: number][] =
  [
    [
      'plain',
      REFERENCE,
      CURRENT,
      0.18333333333333332,
      0.3195847560749422,
      1.4194444444444445,
      0.4871588463073548,
    ],
    ['tied', TIED, ALSO_TIED, 0.28, 0.0505304311117051, 0.915, 0.4457108614132897],
    ['the same', REFERENCE, REFERENCE, 0, 1, 0, 0],
    ['apart', FEW, FAR, 1, 0.0025252525252525255, 100.52571428571429, 37.94531037388386],
  ];

const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 });
const counts = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 4, maxLength: 4 });
const floats = (values: readonly number[]) => Float64Array.from(values);

describe('Kolmogorov-Smirnov and Wasserstein', () => {
  it.each(SCIPY)('are those of SciPy: %s', (_, a, b, ks, p, distance, normed) => {
    const found = kolmogorovSmirnov(a, b)!;
    expect(found.statistic).toBeCloseTo(ks, 12);
    expect(found.p).toBeCloseTo(p, 12);
    expect(wassersteinDistance(a, b)).toBeCloseTo(distance, 10);
    expect(normedWasserstein(a, b)).toBeCloseTo(normed, 10);
  });

  it('know nothing of no rows, and say so of what is no number', () => {
    expect(kolmogorovSmirnov(new Float64Array(0), FEW)).toBeNull();
    expect(wassersteinDistance(FEW, new Float64Array(0))).toBeNull();
    expect(() => kolmogorovSmirnov(Float64Array.of(1, Number.NaN), FEW)).toThrow('found NaN');
  });

  it('do not depend on order and side', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const [one, other] = [
          kolmogorovSmirnov(floats(a), floats(b))!,
          kolmogorovSmirnov(floats(b), floats(a.toReversed()))!,
        ];
        expect(one.statistic).toBeCloseTo(other.statistic, 12);
        expect(one.p).toBeCloseTo(other.p, 9);
        expect(wassersteinDistance(floats(a), floats(b))).toBeCloseTo(
          wassersteinDistance(floats(b.toReversed()), floats(a))!,
          9,
        );
      }),
    );
  });

  it('of a shifted copy: the distance is the shift, in its unit', () => {
    fc.assert(
      fc.property(
        sample,
        fc.integer({ min: -9, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        (a, shift, scale) => {
          expect(wassersteinDistance(floats(a), floats(a.map((x) => x + shift)))).toBeCloseTo(
            Math.abs(shift),
            9,
          );
          const scaled = (values: readonly number[]) => floats(values.map((x) => x * scale));
          const b = a.map((x) => x + shift);
          expect(wassersteinDistance(scaled(a), scaled(b))).toBeCloseTo(scale * Math.abs(shift), 9);
          expect(kolmogorovSmirnov(scaled(a), scaled(b))).toEqual(kolmogorovSmirnov(floats(a), floats(b)));
        },
      ),
    );
  });

  it('of large samples: the limit distribution continues the exact one', () => {
    const random = seededRandom(7);
    const draw = (n: number, shift: number) =>
      Float64Array.from({ length: n }, () => random.normal() + shift);
    const [a, b] = [draw(4_400, 0), draw(4_400, 0.04)];
    const exact = kolmogorovSmirnov(a, b)!;
    const beyond = kolmogorovSmirnov(Float64Array.from([...a, ...a]), Float64Array.from([...b, ...b]))!;
    expect(beyond.statistic).toBeCloseTo(exact.statistic, 12);
    // Doubled, the same distance is that of sqrt(2) times the lambda.
    const lambda = Math.sqrt(4_400) * exact.statistic;
    expect(beyond.p).toBeCloseTo(2 * Math.exp(-2 * lambda ** 2), 3);
    expect(kolmogorovSmirnov(new Float64Array(10_000), new Float64Array(10_000))).toEqual({
      statistic: 0,
      p: 1,
    });
  });
});

describe('population stability', () => {
  it('is the formula, and that of Evidently, where no group is empty', () => {
    // Evidently 0.7: psi_stat_test.func(pd.Series(np.repeat(list('abcde'), ref)), …, ColumnType.Categorical, 0.1)
    expect(populationStability([30, 50, 20, 8, 7], [10, 60, 25, 5, 1])).toBeCloseTo(0.3318952538091703, 12);
  });

  it('is a number with empty groups, 0 of the same, the same on both sides, and never below 0', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const index = populationStability(a, b);
        const hasRows = a.some((n) => n > 0) && b.some((n) => n > 0);
        expect(index !== null).toBe(hasRows);
        if (index === null) return;
        expect(Number.isFinite(index)).toBe(true);
        expect(index).toBeGreaterThanOrEqual(0);
        expect(populationStability(b, a)).toBeCloseTo(index, 12);
        expect(populationStability(a, a)).toBe(0);
        const order = [2, 0, 3, 1];
        expect(
          populationStability(
            order.map((i) => a[i]!),
            order.map((i) => b[i]!),
          ),
        ).toBeCloseTo(index, 12);
      }),
    );
  });

  it('groups a share of zeros apart from what is above, and what was never seen or is missing', () => {
    const mostlyNone = Float64Array.from({ length: 100 }, (_, i) => (i < 92 ? 0 : i));
    const grouping = groupingOf(mostlyNone);
    expect(countGroups(grouping, Float64Array.of(0, 0, 5, 1_000, Number.NaN)).slice(-2)).toEqual([
      expect.any(Number),
      1,
    ]);
    expect(countGroups(grouping, Float64Array.of(0, 0, 5))[0]).toBe(2);
    const flags = groupingOf(Float64Array.of(0, 1, 1, Number.NaN));
    expect(flags).toEqual({ isDiscrete: true, bounds: [0, 1] });
    expect(countGroups(flags, Float64Array.of(0, 1, 2, Number.NaN, Number.NaN))).toEqual([1, 1, 1, 2]);
  });
});

describe('counts of two sides', () => {
  it('chi-square and V are those of SciPy', () => {
    // chi2_contingency([a, b], correction=False), contingency.association([a, b], method='cramer')
    const found = contingencyOf([30, 50, 20, 0, 7], [10, 60, 25, 5, 1])!;
    expect(found.chiSquare).toBeCloseTo(20.808884626780436, 10);
    expect(found.degrees).toBe(4);
    expect(found.p).toBeCloseTo(0.00034552714267398573, 14);
    expect(found.cramersV).toBeCloseTo(0.31629529644278465, 12);
  });

  it.each([
    [0.5, 1, 0.47950012218695337],
    [3.84, 1, 0.05004352124870519],
    [12, 4, 0.01735126523666451],
    [60, 9, 1.3406780483959625e-9],
    [200, 3, 4.218541107192018e-43],
    [5, 40, 0.9999999999965196],
  ])('the tail at %d with %d degrees is chi2.sf', (x, degrees, tail) => {
    expect(chiSquareTail(x, degrees) / tail).toBeCloseTo(1, 9);
  });

  it('of one value, or none, nothing is said', () => {
    expect(contingencyOf([10, 0], [20, 0])).toBeNull();
    expect(contingencyOf([0, 0], [3, 4])).toBeNull();
  });

  it('false discovery is that of SciPy', () => {
    // false_discovery_control([0.01, 0.04, 0.03, 0.005, 0.5, 0.9, 0.03], method='bh')
    const scipy = [0.035, 0.056, 0.0525, 0.035, 0.5833333333333334, 0.9, 0.0525];
    adjustFalseDiscovery([0.01, 0.04, 0.03, 0.005, 0.5, 0.9, 0.03]).forEach((p, i) => {
      expect(p).toBeCloseTo(scipy[i]!, 12);
    });
    expect(adjustFalseDiscovery([])).toEqual([]);
  });
});

describe('a column', () => {
  const random = seededRandom(3);
  const draw = (n: number, shift = 0) => Float64Array.from({ length: n }, () => random.normal() + shift);

  it('says nothing on few rows', () => {
    expect(compareColumn(draw(LEAST_ROWS), draw(LEAST_ROWS - 1))).toBeNull();
    expect(compareColumn(new Float64Array(0), draw(100))).toBeNull();
  });

  it('tells a shift with its direction, in spreads of the reference', () => {
    const found = compareColumn(draw(400), draw(200, -1))!;
    expect(found.shift).toBeLessThan(-0.7);
    expect(found.wasserstein).toBeGreaterThan(0.7);
    expect(found.psi).toBeGreaterThan(0.25);
    expect(found.p).toBeLessThan(1e-6);
  });

  it('sees that values are not told any more, whatever the others are', () => {
    const values = draw(300);
    const found = compareColumn(
      values,
      values.map((value, i) => (i % 2 === 0 ? Number.NaN : value)),
    )!;
    expect(found).toMatchObject({ missing: 0.5, referenceMissing: 0 });
    expect(found.psi).toBeGreaterThan(0.25);
    expect(found.p).toBeLessThan(1e-6);
    const all = compareColumn(values, new Float64Array(100).fill(Number.NaN))!;
    expect(all).toMatchObject({ missing: 1, mean: null, shift: null, ks: null });
    expect(all.p).toBeLessThan(1e-6);
  });

  it('sees that a flag is set more often', () => {
    const flags = (n: number, every: number) =>
      Float64Array.from({ length: n }, (_, i) => Number(i % every === 0));
    const found = compareColumn(flags(400, 20), flags(200, 3))!;
    expect(found).toMatchObject({ ks: null, wasserstein: null });
    expect(found.psi).toBeGreaterThan(0.25);
    expect(found.p).toBeLessThan(1e-6);
    expect(compareColumn(flags(400, 20), flags(400, 20))).toMatchObject({ psi: 0, shift: 0, p: 1 });
  });

  it('that never had a value and has none is as it was', () => {
    const none = new Float64Array(50).fill(Number.NaN);
    expect(compareColumn(none, none)).toMatchObject({ psi: 0, p: 1, mean: null, missing: 1 });
  });
});
