import { describe, expect, it } from 'vitest';
import type { RunFact } from './job-facts.ts';
import { usualGapMs } from './usual-gap.ts';

const at = (...starts: number[]) => ({ runs: starts.map((startedAtMs) => ({ startedAtMs }) as RunFact) });

describe('usualGapMs', () => {
  it('is the median from start to start, in whatever order they are told', () => {
    expect(usualGapMs(at(0, 10, 21, 900))).toBe(11);
    expect(usualGapMs(at(900, 21, 0, 10))).toBe(11);
  });

  it('is not known from fewer than four starts', () => {
    expect(usualGapMs(at())).toBeNull();
    expect(usualGapMs(at(0, 10, 20))).toBeNull();
  });
});
