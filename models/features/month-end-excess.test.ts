import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { type ClosingTrials, EXCESSES, excessesOf, poolExcesses } from './month-end-excess.ts';

const even = new Float64Array(EXCESSES.length).fill(1 / EXCESSES.length);
const meanOf = (shares: Float64Array) => shares.reduce((sum, share, k) => sum + share * EXCESSES[k]!, 0);

function played(excess: number, seed: number): ClosingTrials {
  const random = seededRandom(seed);
  const failedOf = (days: number, level: number) =>
    Array.from({ length: days }, () => (random.uniform() < level ? 1 : 0)).reduce<number>(
      (sum, one) => sum + one,
      0,
    );
  const usual = 0.02;
  return {
    active: 21,
    failed: failedOf(21, 1 - (1 - usual) * (1 - excess)),
    otherActive: 190,
    otherFailed: failedOf(190, usual),
  };
}

describe('excessesOf', () => {
  it('gives what Bayes gives', () => {
    // NumPy: usual = 4.2 / 194; likelihood of 3 of 21 with each excess, even weights.
    const shares = excessesOf(even, { active: 21, failed: 3, otherActive: 190, otherFailed: 4 });
    expect([...shares]).toEqual(
      [0.015658, 0.118307, 0.26283, 0.415549, 0.186242, 0.001414].map((share) => expect.closeTo(share, 5)),
    );
  });

  it('knows of a job that was at no month end what it knows of all', () => {
    const none = { active: 0, failed: 0, otherActive: 50, otherFailed: 5 };
    expect([...excessesOf(even, none)]).toEqual([...even].map((share) => expect.closeTo(share, 12)));
  });

  it('gives more to a job that failed more at month ends, and less to one that fails as often on other days', () => {
    const job = { active: 21, failed: 3, otherActive: 190, otherFailed: 4 };
    expect(meanOf(excessesOf(even, { ...job, failed: 4 }))).toBeGreaterThan(meanOf(excessesOf(even, job)));
    expect(meanOf(excessesOf(even, { ...job, otherFailed: 27 }))).toBeLessThan(meanOf(excessesOf(even, job)));
  });
});

describe('poolExcesses', () => {
  it('believes in no excess where there is none', () => {
    const jobs = Array.from({ length: 150 }, (_, j) => played(0, j));
    expect(meanOf(poolExcesses(jobs))).toBeLessThan(0.01);
  });

  it('finds the share of jobs that mind the month', () => {
    const jobs = Array.from({ length: 150 }, (_, j) => played(j % 5 === 0 ? 0.2 : 0, j));
    const weights = poolExcesses(jobs);
    expect(weights[3]! + weights[4]! + weights[5]!).toBeGreaterThan(0.14);
    expect(weights[3]! + weights[4]! + weights[5]!).toBeLessThan(0.27);
  });

  it('says something of no job at all', () => {
    expect(poolExcesses([]).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });
});
