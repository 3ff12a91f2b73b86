import { describe, expect, it } from 'vitest';
import { trainingLimits } from './training-limits.ts';

describe('trainingLimits', () => {
  it.each([
    { processors: 1, memoryMb: 16_000, most: null, threads: 1, heapMb: 4_096 },
    { processors: 2, memoryMb: 8_192, most: null, threads: 2, heapMb: 2_048 },
    { processors: 8, memoryMb: 64_000, most: null, threads: 7, heapMb: 4_096 },
    { processors: 8, memoryMb: 64_000, most: 3, threads: 3, heapMb: 4_096 },
    { processors: 2, memoryMb: 64_000, most: 12, threads: 2, heapMb: 4_096 },
    { processors: 64, memoryMb: 8_192, most: null, threads: 4, heapMb: 1_024 },
    { processors: 4, memoryMb: 1_000, most: null, threads: 1, heapMb: 1_024 },
  ])('$processors processors, $memoryMb MB, at most $most', ({ processors, memoryMb, most, ...limits }) => {
    expect(trainingLimits({ processors, memoryMb }, most)).toMatchObject(limits);
  });
});
