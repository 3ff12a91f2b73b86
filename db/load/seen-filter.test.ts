import { expect, test } from 'vitest';
import { seededRandom } from '../../models/random.ts';
import { createSeenFilter } from './seen-filter.ts';

const KEYS = 50_000;

function keys(seed: number): [number, number][] {
  const random = seededRandom(seed);
  const half = () => Math.floor(random.uniform() * 2 ** 32) | 0;
  return Array.from({ length: KEYS }, () => [half(), half()]);
}

test('what was added is always seen', () => {
  const filter = createSeenFilter(KEYS);
  for (const [high, low] of keys(1)) filter.add(high, low);
  expect(keys(1).every(([high, low]) => filter.add(high, low))).toBe(true);
});

// Bloom 1970: with n keys in m bits and k probes a new key is taken for seen with (1 - e^(-kn/m))^k;
// here m is the power of two above 10 n: (1 - e^(-4 * 50000 / 524288))^4 = 0.0101.
test('what was not added is seen about once in a hundred times', () => {
  const filter = createSeenFilter(KEYS);
  for (const [high, low] of keys(1)) filter.add(high, low);
  let wrong = 0;
  for (const [high, low] of keys(2).slice(0, 2_000)) if (filter.add(high, low)) wrong++;
  expect(wrong / 2_000).toBeGreaterThan(0.004);
  expect(wrong / 2_000).toBeLessThan(0.02);
});

test('a filter for no key still works', () => {
  const filter = createSeenFilter(0);
  expect(filter.add(1, 2)).toBe(false);
  expect(filter.add(1, 2)).toBe(true);
});
