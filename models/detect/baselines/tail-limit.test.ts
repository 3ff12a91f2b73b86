import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../random.ts';
import { tailLimit } from './tail-limit.ts';

const drawn = (random: Random, runs: number, draw: (random: Random) => number) =>
  Float64Array.from({ length: runs }, () => draw(random)).sort();

const normal = (random: Random) => 0.2 * random.normal();
const laplace = (random: Random) => {
  const uniform = random.uniform() - 0.5;
  return -0.2 * Math.sign(uniform) * Math.log(1 - 2 * Math.abs(uniform));
};

/** Of many pasts, the share of what comes next that is beyond the limit of its past. */
function beyond(draw: (random: Random) => number, runs: number, oneIn: number): number {
  const random = seededRandom(runs);
  let count = 0;
  const pasts = 200;
  const nexts = 5000;
  for (let past = 0; past < pasts; past++) {
    const limit = tailLimit(drawn(random, runs, draw), oneIn, 0.3);
    for (let next = 0; next < nexts; next++) if (draw(random) > limit) count++;
  }
  return count / (pasts * nexts);
}

describe('tailLimit', () => {
  it.each([10, 30, 100, 300, 2000])('keeps its word on normal distances, of %i runs', (runs) => {
    expect(beyond(normal, runs, 2000)).toBeLessThan(1 / 2000);
  });

  it('is near what normal distances need when there are many', () => {
    const limit = tailLimit(drawn(seededRandom(1), 20_000, normal), 2000, 0.3);
    expect(limit / (0.2 * 3.2905)).toBeGreaterThan(0.95);
    expect(limit / (0.2 * 3.2905)).toBeLessThan(1.1);
  });

  it.each([
    [30, 2.5],
    [100, 1.5],
    [300, 0.75],
    [2000, 0.5],
  ])('aimed at one in 20,000, is wrong of heavy tails, of %i runs, at most %f in 1,000', (runs, most) => {
    expect(1000 * beyond(laplace, runs, 20_000)).toBeLessThan(most);
  });

  it('is moved little by one fault in a hundred', () => {
    const distances = drawn(seededRandom(4), 500, normal);
    const clean = tailLimit(distances, 20_000, 0.3);
    const faults = distances.map((distance, i) => (i % 100 === 0 ? 1.3 : distance)).sort();
    expect(tailLimit(faults, 20_000, 0.3)).toBeLessThan(1.35 * clean);
  });

  it('is not moved by faults far outside, up to one in ten, and never goes without bounds', () => {
    const distances = drawn(seededRandom(6), 60, normal);
    const clean = tailLimit(distances, 20_000, 0.3);
    const spoiled = (faults: number) =>
      Float64Array.from(distances, (distance, i) => (i >= 60 - faults ? 2.3 : distance));
    for (const faults of [1, 2, 3, 6])
      expect(tailLimit(spoiled(faults), 20_000, 0.3)).toBeLessThan(1.2 * clean);
    expect(tailLimit(spoiled(12), 20_000, 0.3)).toBeLessThan(12 * 0.35);
  });

  it('is wider of fewer runs, and never below the middle', () => {
    const all = drawn(seededRandom(3), 1000, normal);
    const every = (step: number) => all.filter((_, i) => i % step === 0);
    expect(tailLimit(every(100), 2000, 0.3)).toBeGreaterThan(tailLimit(every(1), 2000, 0.3));
    expect(tailLimit(Float64Array.of(0, 0, 0, 0, 0, 0), 2000, 0.3)).toBeGreaterThan(0);
  });
});
