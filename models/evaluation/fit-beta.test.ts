import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { applyCalibrator } from './calibrate.ts';
import { chooseShape } from './choose-shape.ts';
import { fitBeta } from './fit-beta.ts';

/** 200 scores on a grid; the odds of label 1 are s^low : (1 - s)^high. */
function graded(low: number, high: number) {
  const scores = Float64Array.from({ length: 200 }, (_, i) => (((i * 37) % 101) + 0.5) / 101);
  const labels = Uint8Array.from(scores, (s, i) => {
    const truth = s ** low / (s ** low + (1 - s) ** high);
    return (((i * 53) % 97) + 0.5) / 97 < truth ? 1 : 0;
  });
  return { scores, labels };
}

describe('fitBeta', () => {
  // LogisticRegression of scikit-learn 1.9.1 on ln s and -ln(1 - s), without penalty; betacal 1.1.0 agrees to 0.001.
  it.each([
    { low: 2, high: 0.7, a: 2.61909092, b: 0.30563839, c: 0.89034674 },
    { low: 3, high: -0.3, a: 2.77610168, b: 0, c: -0.80971217 },
    { low: -0.5, high: 3, a: 0, b: 2.08641092, c: 1.04163642 },
  ])('gives the coefficients of scikit-learn and betacal: $a, $b, $c', ({ low, high, a, b, c }) => {
    const { scores, labels } = graded(low, high);
    const shape = fitBeta(labels, scores);
    if (shape?.kind !== 'beta') throw new Error(`expected a beta curve, found ${shape?.kind}`);
    expect(shape.a).toBeCloseTo(a, 5);
    expect(shape.b).toBeCloseTo(b, 5);
    expect(shape.c).toBeCloseTo(c, 5);
  });

  it('gives the probabilities of betacal', () => {
    const { scores, labels } = graded(2, 0.7);
    const told = applyCalibrator(
      { shape: fitBeta(labels, scores)!, shift: 0 },
      Float64Array.of(0.2, 0.5, 0.9),
    );
    [0.0370864, 0.328899, 0.788955].forEach((p, i) => {
      expect(told[i]).toBeCloseTo(p, 3);
    });
  });

  it('is nothing without enough of both labels, the wrong way round, and where scores part the labels', () => {
    const { scores, labels } = graded(2, 0.7);
    expect(fitBeta(new Uint8Array(200), scores)).toBeNull();
    expect(fitBeta(new Uint8Array(0), new Float64Array(0))).toBeNull();
    expect(
      fitBeta(
        labels.map((label) => 1 - label),
        scores,
      ),
    ).toBeNull();
    expect(
      fitBeta(
        Uint8Array.from(scores, (s) => (s > 0.5 ? 1 : 0)),
        scores,
      ),
    ).toBeNull();
  });

  it('is chosen where only one end is bent, beyond doubt', () => {
    const random = seededRandom(3);
    const truths = Float64Array.from({ length: 1200 }, () => 0.25 * random.uniform());
    // Told: log-odds 3 ln p - ln(1 - p), far too low at the lower end.
    const told = truths.map((p) => p ** 3 / (p ** 3 + (1 - p)));
    const labels = Uint8Array.from(truths, (p) => (random.uniform() < p ? 1 : 0));
    const times = Float64Array.from(truths.keys(), (r) => Math.floor(r / 60) * 7 * 86_400_000);
    // Too few of label 1 for steps.
    expect(chooseShape(labels, told, times).kind).toBe('beta');
  });
});
