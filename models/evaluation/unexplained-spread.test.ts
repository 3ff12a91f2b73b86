import { expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { unexplainedSpread } from './unexplained-spread.ts';

/** Groups of seven rows whose true log-odds are those told plus what the group has of its own. */
function drawn(groups: number, spread: number) {
  const random = seededRandom(2);
  const told: number[] = [];
  const labels: number[] = [];
  const group: number[] = [];
  for (let g = 0; g < groups; g++) {
    const own = spread * random.normal();
    for (let row = 0; row < 7; row++) {
      const margin = random.normal();
      told.push(1 / (1 + Math.exp(-margin)));
      labels.push(random.uniform() < 1 / (1 + Math.exp(-margin - own)) ? 1 : 0);
      group.push(g);
    }
  }
  return [Uint8Array.from(labels), Float64Array.from(told), group] as const;
}

it('finds a small spread again, and none where there is none', () => {
  expect(unexplainedSpread(...drawn(20_000, 0.4))).toBeCloseTo(0.4, 1);
  expect(unexplainedSpread(...drawn(20_000, 0))).toBeLessThan(0.15);
});

it('finds more where there is more', () => {
  const found = [0.3, 0.8, 1.5].map((spread) => unexplainedSpread(...drawn(3000, spread))!);
  expect(found[1]).toBeGreaterThan(found[0]!);
  expect(found[2]).toBeGreaterThan(found[1]!);
});

it('is smaller the more rows say that there is none', () => {
  const found = [10, 100, 1000].map((groups) => unexplainedSpread(...drawn(groups, 0))!);
  expect(found[1]).toBeLessThan(found[0]!);
  expect(found[2]).toBeLessThan(found[1]!);
});

it('says nothing of no rows, and of rows that are alone', () => {
  expect(unexplainedSpread(new Uint8Array(0), new Float64Array(0), [])).toBeNull();
  expect(unexplainedSpread(Uint8Array.of(0, 1), Float64Array.of(0.5, 0.5), [1, 2])).toBeNull();
  expect(unexplainedSpread(Uint8Array.of(0, 1), Float64Array.of(0.5, 0.5), [1, 1])).toBeCloseTo(2, 12);
  expect(unexplainedSpread(Uint8Array.of(1, 1), Float64Array.of(0.5, 0.5), [1, 1])).toBeCloseTo(
    Math.sqrt(4 + 4),
    12,
  );
});
