import { type Evidence, type Finding, findingKey } from '../finding.ts';

/** What is wrong with a source; `what` tells apart what can be wrong twice at once. */
export interface SourceFinding {
  kind: 'freshness' | 'transmission' | 'quality';
  variant: string;
  what: string;
  sinceMs: number;
  evidence: Evidence;
}

export function asFinding(source: string, found: SourceFinding): Finding {
  const { kind, variant, what, sinceMs, evidence } = found;
  const subject = { type: 'source', source } as const;
  const key = findingKey(kind, subject, what);
  return {
    key,
    kind,
    variant,
    subject,
    sinceMs,
    runKey: null,
    dueMs: null,
    evidence,
    family: null,
    course: 'new',
  };
}
