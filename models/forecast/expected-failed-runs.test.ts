import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weekProbability } from '../features/forecast-chain.ts';
import { seededRandom } from '../random.ts';
import { chainFailures, expectedFailedRuns } from './expected-failed-runs.ts';

const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const chains = fc.record({
  afterGood: share,
  afterFailed: share,
  stepsPerDay: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.double({ min: 1, max: 20, noNaN: true })),
  lastFailed: fc.boolean(),
});
const weeks = fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { minLength: 7, maxLength: 7 });

describe('chainFailures', () => {
  it('is the mean over many weeks played by chance', () => {
    const chain = { afterGood: 0.1, afterFailed: 0.6, stepsPerDay: 3, lastFailed: true };
    const active = [1, 1, 0.5, 0, 1, 0.8, 0.2];
    const random = seededRandom(9);
    const weeks = 40_000;
    let failures = 0;
    for (let week = 0; week < weeks; week++) {
      let failed = chain.lastFailed;
      for (const sure of active) {
        if (random.uniform() >= sure) continue;
        for (let run = 0; run < chain.stepsPerDay; run++) {
          failed = random.uniform() < (failed ? chain.afterFailed : chain.afterGood);
          if (failed) failures++;
        }
      }
    }
    expect(Math.abs(failures / weeks - chainFailures(chain, active))).toBeLessThan(0.05);
  });

  it('is runs times share where a failure says nothing of the next run', () => {
    const chain = { afterGood: 0.2, afterFailed: 0.2, stepsPerDay: 2.5, lastFailed: true };
    expect(chainFailures(chain, new Array(7).fill(1))).toBeCloseTo(7 * 2.5 * 0.2, 12);
  });

  it('lies between none and all runs', () => {
    fc.assert(
      fc.property(chains, weeks, (chain, active) => {
        const runs = active.reduce((sum, sure) => sum + sure, 0) * chain.stepsPerDay;
        const found = chainFailures(chain, active);
        expect(found).toBeGreaterThan(-1e-9);
        expect(found).toBeLessThanOrEqual(runs + 1e-9);
      }),
    );
  });
});

describe('expectedFailedRuns', () => {
  it('is never below the probability, grows with it, and is finite', () => {
    fc.assert(
      fc.property(share, share, chains, weeks, (one, other, chain, active) => {
        const lower = expectedFailedRuns(Math.min(one, other), chain, active);
        expect(lower).toBeGreaterThanOrEqual(Math.min(one, other));
        expect(expectedFailedRuns(Math.max(one, other), chain, active)).toBeGreaterThanOrEqual(lower);
        expect(Number.isFinite(lower)).toBe(true);
      }),
    );
  });

  it('is that of the chain where the forecast agrees with the chain', () => {
    const chain = { afterGood: 0.05, afterFailed: 0.5, stepsPerDay: 4, lastFailed: false };
    const active = [1, 1, 1, 1, 1, 0.2, 0.2];
    expect(expectedFailedRuns(weekProbability(chain, active), chain, active)).toBeCloseTo(
      chainFailures(chain, active),
      12,
    );
  });
});
