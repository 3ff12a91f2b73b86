import { availableParallelism, totalmem } from 'node:os';

/** What trainings may take of the machine. */
export interface TrainingLimits {
  /** Trainings at once, each on a thread of its own. */
  threads: number;
  /** Heap of each thread. One that needs more is stopped rather than the machine. */
  heapMb: number;
  /** Longest time of one training. */
  longestMs: number;
}

/** A training of 120 jobs over 210 days has about 400 MB in use; twice as much is free before another begins. */
const USUAL_MB = 1_024;
const MOST_HEAP_MB = 4_096;
/** The rest is for the loading of files, and on a small machine for the servers beside. */
const MEMORY_SHARE = 0.5;
/** Half of what the workflow waits for an attempt, so that the answer is "too slow" and not another attempt. */
const LONGEST_MS = 30 * 60_000;

/**
 * One processor is left to everything else where there are more than two; never more threads than `most` (null: no
 * wish) and than half of the memory has room for, at least one.
 */
export function trainingLimits(
  machine: { processors: number; memoryMb: number },
  most: number | null,
): TrainingLimits {
  const spare = machine.processors > 2 ? machine.processors - 1 : machine.processors;
  const share = machine.memoryMb * MEMORY_SHARE;
  const threads = Math.max(1, Math.min(spare, most ?? spare, Math.floor(share / USUAL_MB)));
  const heapMb = Math.floor(Math.min(MOST_HEAP_MB, Math.max(USUAL_MB, share / threads)));
  return { threads, heapMb, longestMs: LONGEST_MS };
}

/** Those of this machine, or of the container where it may have less. */
export function trainingLimitsHere(most: number | null): TrainingLimits {
  const memoryMb = Math.min(totalmem(), process.constrainedMemory() || totalmem()) / 2 ** 20;
  return trainingLimits({ processors: availableParallelism(), memoryMb }, most);
}
