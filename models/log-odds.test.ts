import fc from 'fast-check';
import { expect, it } from 'vitest';
import { logit, sigmoid } from './log-odds.ts';

it('takes a probability to its log-odds and back', () => {
  expect(logit(0.5)).toBe(0);
  expect(logit(0.8)).toBeCloseTo(Math.log(4), 12);
  expect(sigmoid(0)).toBe(0.5);
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (probability) => {
      expect(sigmoid(logit(probability))).toBeCloseTo(probability, 9);
    }),
  );
});
