import { expect, it } from 'vitest';
import { mlopsStorm } from '../scripts/benchmarks/mlops-chaos.ts';

/** All steps and servers: `scripts/bench mlops`. */
it('one champion and one audit line a transition, whatever is killed while it changes', async () => {
  const storm = await mlopsStorm([
    { activity: 'switchChampion', victim: 'worker' },
    { activity: 'switchChampion', victim: 'postgres' },
    { activity: 'prepareRelease', victim: 'object-store' },
    { activity: 'beginTrial', victim: 'temporal' },
  ]);
  expect(storm).toMatchObject({ championsLost: 0, auditWrong: 0, promotionsWrong: 0 });
  expect(storm.kills.map(({ finished }) => finished)).toEqual([true, true, true, true]);
  expect(storm.kills.filter(({ reached }) => reached).length).toBeGreaterThanOrEqual(3);
  // The first champion, and one promotion a kill.
  expect(storm.transitions).toBe(5);
  expect(storm.looks).toBeGreaterThan(50);
}, 600_000);
