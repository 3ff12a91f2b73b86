import { describe, expect, it } from 'vitest';
import { POINTS, planKills, VICTIMS } from './kill-plan.ts';

const pairs = (kills: ReturnType<typeof planKills>) => kills.map(({ victim, point }) => `${victim} ${point}`);

describe('planKills', () => {
  it('is the same for the same seed, another for another', () => {
    expect(planKills(50, 3)).toEqual(planKills(50, 3));
    expect(pairs(planKills(50, 4))).not.toEqual(pairs(planKills(50, 3)));
  });

  it('kills everything at every point equally often', () => {
    const all = VICTIMS.length * POINTS.length;
    const counts = new Map<string, number>();
    for (const pair of pairs(planKills(5 * all, 1))) counts.set(pair, (counts.get(pair) ?? 0) + 1);
    expect(counts.size).toBe(all);
    expect(new Set(counts.values())).toEqual(new Set([5]));
    expect(new Set(pairs(planKills(all, 1))).size).toBe(all);
  });

  it('plans none, or fewer than there are pairs', () => {
    expect(planKills(0, 1)).toEqual([]);
    expect(new Set(pairs(planKills(20, 1))).size).toBe(20);
  });
});
