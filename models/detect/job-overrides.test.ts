import { describe, expect, it } from 'vitest';
import { InvalidOverrides, parseOverrides } from './job-overrides.ts';

const said = { why: 'loads the year once a year', who: 'ana' };

describe('parseOverrides', () => {
  it('reads what a person decided, and why', () => {
    const overrides = {
      slow: { limitMs: 7_200_000 },
      fast: { factor: 0.1 },
      incomplete: { leastShare: 0.9 },
      ignore: ['extra', 'extra'],
      why: ' loads the year once a year ',
      who: 'ana',
    };
    expect(parseOverrides(overrides)).toEqual({ ...overrides, ignore: ['extra'], why: said.why });
    expect(parseOverrides(said)).toEqual(said);
  });

  it.each([
    [null, 'overrides: expected an object, found null'],
    [[], 'overrides: expected an object, found []'],
    [{}, 'overrides.why: expected a text of 1 to 500 characters, found nothing'],
    [{ ...said, who: ' ' }, 'overrides.who: expected a text of 1 to 500 characters, found " "'],
    [
      { ...said, slwo: {} },
      'overrides.slwo: expected one of slow, fast, incomplete, ignore, why, who, found another name',
    ],
    [{ ...said, slow: {} }, 'overrides.slow: expected exactly one of limitMs or factor, found none'],
    [
      { ...said, slow: { limitMs: 1, factor: 2 } },
      'overrides.slow: expected exactly one of limitMs or factor, found limitMs, factor',
    ],
    [
      { ...said, slow: { constructor: 2 } },
      'overrides.slow: expected exactly one of limitMs or factor, found constructor',
    ],
    [
      { ...said, slow: { factor: 1 } },
      'overrides.slow.factor: expected a number above 1, at most 1000, found 1',
    ],
    [
      { ...said, fast: { factor: 2 } },
      'overrides.fast.factor: expected a number above 0, at most 1, found 2',
    ],
    [
      { ...said, incomplete: { leastShare: Number.NaN } },
      'overrides.incomplete.leastShare: expected a number above 0, at most 1, found null',
    ],
    [
      { ...said, slow: { limitMs: '5' } },
      'overrides.slow.limitMs: expected a number above 0, at most 31622400000, found "5"',
    ],
  ])('refuses %j', (value, message) => {
    expect(() => parseOverrides(value)).toThrow(new InvalidOverrides(message));
  });

  it('knows no other kinds than there are', () => {
    expect(() => parseOverrides({ ...said, ignore: ['slow', 'tired'] })).toThrow(InvalidOverrides);
  });
});
