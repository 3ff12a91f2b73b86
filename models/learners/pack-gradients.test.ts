import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyPackedGradients, gradientOf, hessianOf, packGradients } from './pack-gradients.ts';

const pairs = fc.array(
  fc.tuple(
    fc.double({ min: -1000, max: 1000, noNaN: true }),
    fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 1000, noNaN: true })),
  ),
  { minLength: 1, maxLength: 200 },
);

function packed(list: [number, number][]) {
  const into = emptyPackedGradients(list.length);
  const gradient = Float64Array.from(list, ([g]) => g);
  const hessian = Float64Array.from(list, ([, h]) => h);
  packGradients(gradient, hessian, Int32Array.from(list.keys()), into);
  return { into, gradient, hessian };
}

const sumOf = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0);

it('sums of any rows tell both sums, within half a step for each row', () => {
  fc.assert(
    fc.property(pairs, fc.integer({ min: 1, max: 200 }), (list, count) => {
      const { into, gradient, hessian } = packed(list);
      const sum = sumOf(into.values.subarray(0, count));
      const rows = Math.min(count, list.length);
      const wantedGradient = sumOf(gradient.subarray(0, count)) * into.gradientScale;
      const wantedHessian = sumOf(hessian.subarray(0, count)) * into.hessianScale;
      // The floats that they are compared with are rounded themselves.
      const tolerance = rows / 2 + 1e-6;
      expect(Math.abs(gradientOf(sum) - wantedGradient)).toBeLessThanOrEqual(tolerance);
      expect(Math.abs(hessianOf(sum) - wantedHessian)).toBeLessThanOrEqual(tolerance);
    }),
  );
});

it('sums do not depend on the order, and what is added can be taken off without a trace', () => {
  fc.assert(
    fc.property(pairs, (list) => {
      const { values } = packed(list).into;
      const sum = sumOf(values);
      expect(sumOf(values.toReversed())).toBe(sum);
      expect(sumOf(values.map((value) => -value)) + sum).toBe(0);
    }),
  );
});

it('steps are fine: a row among 50,000 has about 1,300 of each', () => {
  const { into } = packed(Array.from({ length: 50_000 }, (_, i) => [i % 2 === 0 ? 0.5 : -0.5, 0.25]));
  expect(gradientOf(into.values[0]!)).toBeGreaterThan(1300);
  expect(hessianOf(into.values[0]!)).toBeGreaterThan(1300);
  expect(gradientOf(into.values[1]!)).toBe(-gradientOf(into.values[0]!));
});

it('without any gradient or hessian everything is 0', () => {
  expect([...packed([[0, 0]]).into.values]).toEqual([0]);
});
