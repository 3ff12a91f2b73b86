import { describe, expect, it } from 'vitest';
import { judgeEstate } from './judged-estates.ts';
import { spreadPairs } from './mlops-chaos.ts';
import { LEAKS } from './planted-leaks.ts';

describe('the gate, on small estates', () => {
  it('promotes no learner on twelve of pure noise, with nobody serving and beside a champion', () => {
    const judged = Array.from({ length: 12 }, (_, i) => judgeEstate({ part: 'noise', seed: 5_000 + i }));
    expect(judged.filter(({ isWrong }) => isWrong)).toEqual([]);
    for (const { told } of judged) expect(told.alone).toMatch(/^(promote base-|keep base-)/);
  }, 300_000);

  it.each(Object.keys(LEAKS))(
    'refuses a leak: %s',
    (leak) => {
      expect(judgeEstate({ part: 'leak', leak, seed: 5_001 })).toMatchObject({ isWrong: false });
    },
    60_000,
  );

  it('would let a learner through that counts the future, were it not for the audit', () => {
    expect(judgeEstate({ part: 'leak', leak: 'future run counted', seed: 5_001 }).onlyAudit).toBe(true);
  }, 60_000);
});

it('kills each of the four at each step once, and of a few kills no two at one step', () => {
  const names = (kills: number) =>
    spreadPairs(kills).map(({ activity, victim }) => `${victim} at ${activity}`);
  expect(new Set(names(32)).size).toBe(32);
  expect(names(40)).toHaveLength(32);
  expect(new Set(spreadPairs(8).map(({ activity }) => activity)).size).toBe(8);
  expect(names(0)).toEqual([]);
});
