import type { Evidence } from '../finding.ts';

/** What is wrong with a source; `what` tells apart what can be wrong twice at once. */
export interface SourceFinding {
  kind: 'freshness' | 'transmission' | 'quality';
  variant: string;
  what: string;
  sinceMs: number;
  evidence: Evidence;
}
