import type { FindingKind } from './finding.ts';

/** What a person decided for a job instead of what was learned. Instants, durations in milliseconds. */
export interface JobOverrides {
  slow?: { limitMs: number } | { factor: number };
  fast?: { limitMs: number } | { factor: number };
  incomplete?: { leastRows: number } | { leastShare: number };
  /** Kinds nobody wants to hear of. */
  ignore?: readonly FindingKind[];
  /** Without a reason nobody dares to take it back. */
  why: string;
  who: string;
}

/** Everything as learned. */
export const NO_OVERRIDES: JobOverrides = { why: '', who: '' };
