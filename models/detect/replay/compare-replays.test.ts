import { describe, expect, it } from 'vitest';
import type { Finding } from '../finding.ts';
import { compareReplays } from './compare-replays.ts';
import type { FoundOnce } from './rules.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const found = (key: string, foundMs: number, endedMs: number | null = foundMs + HOUR): FoundOnce => ({
  finding: { key, kind: key.split('/')[0] } as Finding,
  foundMs,
  endedMs,
  became: [],
});
const counts = (before: FoundOnce[], after: FoundOnce[]) => {
  const { added, removed, earlier, later, same } = compareReplays(before, after);
  return [added.length, removed.length, earlier.length, later.length, same];
};

describe('the difference of two replays', () => {
  it('is none of the same, and of nothing', () => {
    expect(compareReplays([], [])).toEqual({
      added: [],
      removed: [],
      earlier: [],
      later: [],
      same: 0,
      kinds: [],
    });
    const one = [found('slow/job 1/a', 0), found('crash/job 1', 0), found('crash/job 1', 5 * DAY)];
    expect(counts(one, one)).toEqual([0, 0, 0, 0, 3]);
  });

  it('tells what was added and removed, and what is found earlier and later', () => {
    const before = [found('slow/job 1/a', 2 * HOUR), found('late/job 1/5', HOUR), found('fast/job 2/b', 0)];
    const after = [found('slow/job 1/a', HOUR), found('late/job 1/5', 2 * HOUR), found('zombie/job 2/c', 0)];
    expect(counts(before, after)).toEqual([1, 1, 1, 1, 0]);
    expect(compareReplays(before, after).earlier[0]!.earlierMs).toBe(HOUR);
    expect(
      compareReplays(before, after)
        .kinds.map(({ kind }) => kind)
        .sort(),
    ).toEqual(['fast', 'late', 'slow', 'zombie']);
  });

  it('takes what comes again days later for another, and each for one only', () => {
    const twice = [found('crash/job 1', 0), found('crash/job 1', 9 * DAY)];
    expect(counts(twice, [found('crash/job 1', 9 * DAY)])).toEqual([0, 1, 0, 0, 1]);
    expect(counts([found('crash/job 1', 0)], twice)).toEqual([1, 0, 0, 0, 1]);
  });

  it('knows what lasts to the end', () => {
    expect(counts([found('crash/job 1', 0, null)], [found('crash/job 1', 40 * DAY, null)])).toEqual([
      0, 0, 0, 1, 0,
    ]);
  });
});
