import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FailureChain } from './failure-chain.ts';

type Run = { newStep: boolean; failed: 0 | 1; says: boolean };

function chainOf(runs: readonly Run[], kept = 1): FailureChain {
  const chain = new FailureChain(runs.length, kept);
  runs.forEach(({ newStep, failed, says }, i) => {
    if (!says) chain.skip(i);
    else if (newStep || chain.last[i] === -1) chain.step(i, failed);
    else chain.go(i, failed);
  });
  return chain;
}
const steps = (...outcomes: (0 | 1)[]): Run[] =>
  outcomes.map((failed) => ({ newStep: true, failed, says: true }));

describe('FailureChain', () => {
  it('counts what followed what', () => {
    const chain = chainOf(steps(0, 0, 1, 1, 0, 1));
    expect(chain.counts(6)).toEqual({
      afterGood: 3,
      failedAfterGood: 2,
      afterFailed: 2,
      failedAfterFailed: 1,
    });
    expect(chain.counts(6, 3)).toMatchObject({ afterGood: 1, afterFailed: 2 });
    expect(chain.last[6]).toBe(1);
  });

  it('knows nothing before the second step', () => {
    const none = { afterGood: 0, failedAfterGood: 0, afterFailed: 0, failedAfterFailed: 0 };
    expect(chainOf([]).counts(0)).toEqual(none);
    expect(chainOf([]).last[0]).toBe(-1);
    expect(chainOf(steps(1)).counts(1)).toEqual(none);
  });

  it('fades by its factor at each new step, and within a step not', () => {
    const half = chainOf(steps(0, 1, 0), 0.5);
    expect(half.counts(3)).toEqual({
      afterGood: 0.5,
      failedAfterGood: 0.5,
      afterFailed: 1,
      failedAfterFailed: 0,
    });
    const within = chainOf([...steps(0, 1), { newStep: false, failed: 0, says: true }], 0.5);
    expect(within.counts(3)).toEqual(within.counts(2));
  });

  it('counts, at every point, what counting the steps so far from the beginning gives', () => {
    const run = fc.record<Run>({
      newStep: fc.boolean(),
      failed: fc.constantFrom(0, 1),
      says: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(run, { maxLength: 30 }), (runs) => {
        const chain = chainOf(runs);
        for (let end = 0; end <= runs.length; end++) {
          const outcomes: number[] = [];
          for (const { newStep, failed, says } of runs.slice(0, end)) {
            if (!says) continue;
            if (newStep || outcomes.length === 0) outcomes.push(failed);
            else outcomes.push(Math.max(outcomes.pop()!, failed));
          }
          const following = (state: number) => outcomes.slice(1).filter((_, i) => outcomes[i] === state);
          const failedOf = (list: number[]) => list.reduce((sum, failed) => sum + failed, 0);
          expect(chain.counts(end)).toEqual({
            afterGood: following(0).length,
            failedAfterGood: failedOf(following(0)),
            afterFailed: following(1).length,
            failedAfterFailed: failedOf(following(1)),
          });
          expect(chain.last[end]).toBe(outcomes.at(-1) ?? -1);
        }
      }),
    );
  });
});
