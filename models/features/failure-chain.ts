/** How often a good step, and how often a failed one, was followed by a step, and by a failed one. */
export interface ChainCounts {
  afterGood: number;
  failedAfterGood: number;
  afterFailed: number;
  failedAfterFailed: number;
}

const NONE = -1;

/**
 * The steps of a job (its runs, or its days) as a Markov chain of first order with the states good and failed,
 * counted as they become visible. Entry i of each array stands for the first i runs, so that runs can be taken back.
 */
export class FailureChain {
  readonly afterGood: Uint32Array | Float64Array;
  readonly failedAfterGood: Uint32Array | Float64Array;
  readonly afterFailed: Uint32Array | Float64Array;
  readonly failedAfterFailed: Uint32Array | Float64Array;
  /** 1 when the last step failed, 0 when it was good, -1 before the first. */
  readonly last: Int8Array;
  private readonly before: Int8Array;
  private readonly kept: number;

  /** `kept`: what a count is multiplied with at each new step; 1 forgets nothing. */
  constructor(runs: number, kept = 1) {
    // Whole numbers, as long as nothing is forgotten.
    const Counts = kept === 1 ? Uint32Array : Float64Array;
    this.afterGood = new Counts(runs + 1);
    this.failedAfterGood = new Counts(runs + 1);
    this.afterFailed = new Counts(runs + 1);
    this.failedAfterFailed = new Counts(runs + 1);
    this.last = new Int8Array(runs + 1).fill(NONE, 0, 1);
    this.before = new Int8Array(runs + 1).fill(NONE, 0, 1);
    this.kept = kept;
  }

  /** Run i (from 0) begins a step. */
  step(i: number, failed: 0 | 1): void {
    const last = this.last[i]!;
    this.copy(i, this.kept);
    this.before[i + 1] = last;
    this.last[i + 1] = failed;
    if (last === 1) {
      this.afterFailed[i + 1]! += 1;
      this.failedAfterFailed[i + 1]! += failed;
    } else if (last === 0) {
      this.afterGood[i + 1]! += 1;
      this.failedAfterGood[i + 1]! += failed;
    }
  }

  /** Run i belongs to the step of the run before it: a step with a failed run is a failed one. */
  go(i: number, failed: 0 | 1): void {
    this.copy(i, 1);
    if (failed === 0 || this.last[i] === 1) return;
    this.last[i + 1] = 1;
    const before = this.before[i]!;
    if (before === 1) this.failedAfterFailed[i + 1]! += 1;
    else if (before === 0) this.failedAfterGood[i + 1]! += 1;
  }

  /** Run i says nothing. */
  skip(i: number): void {
    this.copy(i, 1);
  }

  /** Counts of the first `end` runs without those of the first `from`. */
  counts(end: number, from = 0): ChainCounts {
    return {
      afterGood: this.afterGood[end]! - this.afterGood[from]!,
      failedAfterGood: this.failedAfterGood[end]! - this.failedAfterGood[from]!,
      afterFailed: this.afterFailed[end]! - this.afterFailed[from]!,
      failedAfterFailed: this.failedAfterFailed[end]! - this.failedAfterFailed[from]!,
    };
  }

  private copy(i: number, factor: number): void {
    this.afterGood[i + 1] = this.afterGood[i]! * factor;
    this.failedAfterGood[i + 1] = this.failedAfterGood[i]! * factor;
    this.afterFailed[i + 1] = this.afterFailed[i]! * factor;
    this.failedAfterFailed[i + 1] = this.failedAfterFailed[i]! * factor;
    this.last[i + 1] = this.last[i]!;
    this.before[i + 1] = this.before[i]!;
  }
}
