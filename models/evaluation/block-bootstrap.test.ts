import { expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { blockBootstrap } from './block-bootstrap.ts';

const random = seededRandom(3);
const values = Float64Array.from({ length: 400 }, () => random.normal());
const mean = (weights: Float64Array): number | null => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total === 0 ? null : weights.reduce((sum, weight, r) => sum + weight * values[r]!, 0) / total;
};
const of = (blocks: Int32Array, figureAt = mean) =>
  blockBootstrap({ blocks, figureAt, confidence: 0.95, resamples: 2_000, seed: 1 })!;
const rows = Int32Array.from(values.keys());

it('gives the mean of independent rows about the interval of the textbook: 1.96 standard errors', () => {
  const { value, lower, upper } = of(rows);
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - value) ** 2, 0) / values.length);
  const half = (1.96 * deviation) / Math.sqrt(values.length);
  expect(Math.abs(upper - value - half)).toBeLessThan(0.1 * half);
  expect(Math.abs(value - lower - half)).toBeLessThan(0.1 * half);
});

it('is wider where rows of a block go together', () => {
  const ofBlock = Float64Array.from({ length: 20 }, () => random.normal());
  const blocks = rows.map((r) => r % 20);
  const together = (weights: Float64Array) =>
    weights.reduce((sum, weight, r) => sum + weight * ofBlock[r % 20]!, 0) / weights.length;
  const width = (ids: Int32Array) => {
    const { lower, upper } = of(ids, together);
    return upper - lower;
  };
  expect(width(blocks)).toBeGreaterThan(3 * width(rows));
});

it('is the same for the same seed, and null where nothing can be computed', () => {
  expect(of(rows)).toEqual(of(rows));
  expect(of(new Int32Array(0), () => null)).toBeNull();
  const bothOnce = of(Int32Array.of(0, 1), (weights) => (weights.every((w) => w === 1) ? 1 : null));
  expect(bothOnce.resamples).toBeGreaterThan(900);
  expect(bothOnce.resamples).toBeLessThan(1_100);
});
