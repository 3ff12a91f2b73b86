import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesOf, reasonsOf, refusalOf, stateOf, type Vote } from './approvals.ts';

const yes = (who: string, why = 'it is better'): Vote => ({ approve: true, who, why });
const ask = (vote: unknown, votes: Vote[] = [], twoPeople = true) =>
  refusalOf(vote, { name: 'm/2', votes, twoPeople });

describe('votes on a promotion', () => {
  it('need a yes or no, a name and a reason, none of them endless', () => {
    expect(ask({ who: 'ann', why: 'x' })).toBe('approve must be true or false');
    expect(ask({ approve: true, who: ' ', why: 'x' })).toBe('who and why must be given');
    expect(ask({ approve: true, who: 7, why: 'x' })).toBe('who and why must be given');
    expect(ask(undefined)).toBe('approve must be true or false');
    expect(ask(yes('a'.repeat(201)))).toBe('who has at most 200 characters, found 201');
    expect(ask(yes('ann', 'x'.repeat(2_001)))).toBe('why has at most 2000 characters, found 2001');
    expect(ask(yes('ann'))).toBeNull();
  });

  it.each(['ann', 'Ann', ' ANN ', 'ａｎｎ'])(
    'the same person does not count twice, however written: %s',
    (who) => {
      expect(ask(yes(who), [yes('ann')])).toBe(
        `m/2 was approved by ${who.trim()} already: a second person has to approve`,
      );
      expect(stateOf([yes('ann'), yes(who)], true)).toBe('open');
    },
  );

  it('two people approve where two are asked for, one where one is', () => {
    expect(stateOf([], true)).toBe('open');
    expect(stateOf([yes('ann')], true)).toBe('open');
    expect(stateOf([yes('ann'), yes('bob')], true)).toBe('approved');
    expect(stateOf([yes('ann')], false)).toBe('approved');
  });

  it('whoever approved first may still say no, and one no is enough', () => {
    const no = { approve: false, who: 'ann', why: 'I saw the slices' };
    expect(ask(no, [yes('ann')])).toBeNull();
    expect(stateOf([yes('ann'), no], true)).toBe('rejected');
    expect(ask(yes('bob'), [no])).toBe('m/2 was decided already by ann');
  });

  it('nobody approves what is decided', () => {
    expect(ask(yes('cleo'), [yes('ann'), yes('bob')])).toBe('m/2 was decided already by ann and bob');
    expect(ask(yes('bob'), [yes('ann')], false)).toBe('m/2 was decided already by ann');
  });

  it('whatever is voted, two different people stand behind what is approved', () => {
    const names = fc.constantFrom('ann', 'ANN', 'bob', ' bob', 'Cleo');
    const vote = fc.record({ approve: fc.boolean(), who: names, why: fc.constant('x') });
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 8 }), (asked) => {
        const votes: Vote[] = [];
        for (const one of asked) if (ask(one, votes) === null) votes.push(one);
        if (stateOf(votes, true) !== 'approved') return;
        expect(votes).toHaveLength(2);
        expect(new Set(votes.map(({ who }) => who.trim().toLowerCase())).size).toBe(2);
      }),
    );
  });

  it('are told as people would', () => {
    expect(namesOf([yes(' ann'), yes('bob')])).toBe('ann and bob');
    expect(reasonsOf([yes('ann', 'a')])).toBe('a');
    expect(reasonsOf([yes('ann', 'a'), yes('bob', 'b')])).toBe('ann: a; bob: b');
  });
});
