import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poolShares, shrunken } from './pooled-share.ts';

describe('poolShares', () => {
  it('finds the prior that SciPy finds: betabinom.logpmf over the same grid', () => {
    const prior = poolShares([0, 1, 3, 0, 10, 2], [5, 20, 4, 0, 40, 2]);
    expect(prior.mean).toBeCloseTo(0.3470213898567557, 12);
    expect(prior.strength).toBe(2);
  });

  it('knows of nothing when there was no trial', () => {
    const prior = { mean: 0.1, strength: 2 };
    expect(poolShares([], [])).toEqual(prior);
    expect(poolShares([0, 0], [0, 0])).toEqual(prior);
  });

  it('trusts what all jobs share, and little where each is its own', () => {
    const alike = poolShares([10, 11, 9, 10], [100, 100, 100, 100]);
    const apart = poolShares([0, 100, 1, 98], [100, 100, 100, 100]);
    expect(alike.strength).toBe(128);
    expect(apart.strength).toBeLessThanOrEqual(1);
  });

  it('gives a share strictly between 0 and 1, between the job and all jobs', () => {
    const counts = fc
      .integer({ min: 0, max: 500 })
      .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));
    fc.assert(
      fc.property(fc.array(counts, { minLength: 1, maxLength: 12 }), (jobs) => {
        const prior = poolShares(
          jobs.map(([successes]) => successes),
          jobs.map(([, trials]) => trials),
        );
        expect(prior.mean).toBeGreaterThan(0);
        expect(prior.mean).toBeLessThan(1);
        for (const [successes, trials] of jobs) {
          const share = shrunken(prior, successes, trials);
          const own = trials === 0 ? prior.mean : successes / trials;
          expect(share).toBeGreaterThanOrEqual(Math.min(own, prior.mean) - 1e-12);
          expect(share).toBeLessThanOrEqual(Math.max(own, prior.mean) + 1e-12);
        }
      }),
    );
  });
});
