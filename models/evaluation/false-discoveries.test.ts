import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { discoveries } from './false-discoveries.ts';

it('is the step-up rule with its harmonic number, in the order given', () => {
  // Four tests: limits are rate × i / (4 × 25/12), 0.006, 0.012, 0.018, 0.024 at 5 %.
  expect(discoveries([0.5, 0.0119, 0.0061, 0.9], 0.05)).toEqual([false, true, true, false]);
  expect(discoveries([0.5, 0.0121, 0.0061, 0.9], 0.05)).toEqual([false, false, false, false]);
  expect(discoveries([0.0239, 0.0239, 0.0239, 0.0239], 0.05)).toEqual([true, true, true, true]);
  expect(discoveries([], 0.05)).toEqual([]);
  expect(discoveries([0.05], 0.05)).toEqual([true]);
});

it('finds something among nothing but luck as seldom as it says, also when all share their luck', () => {
  const random = seededRandom(11);
  let wrong = 0;
  for (let n = 0; n < 2_000; n++) {
    const shared = random.uniform();
    const found = discoveries(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? shared : random.uniform())),
      0.05,
    );
    if (found.includes(true)) wrong += 1;
  }
  expect(wrong / 2_000).toBeLessThanOrEqual(0.05);
});

it('never takes back a discovery that has become clearer', () => {
  const anyP = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(anyP, { minLength: 1 }), fc.nat(), (probabilities, pick) => {
      const at = pick % probabilities.length;
      const clearer = probabilities.with(at, probabilities[at]! / 2);
      const after = discoveries(clearer, 0.1);
      discoveries(probabilities, 0.1).forEach((found, i) => {
        if (found) expect(after[i]).toBe(true);
      });
    }),
  );
});
