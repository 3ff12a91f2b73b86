import { type Finding, type FindingKind, findingKey } from '../finding.ts';
import type { RaisedVariant } from './settle-findings.ts';

/** What breaks what a source tells, what is wrong with it, whether it tells anything. */
const KINDS: Record<RaisedVariant, FindingKind> = {
  'schema-changed': 'transmission',
  'quarantine-limit': 'quality',
  'source-unreadable': 'freshness',
};

export const sourceTroubleKey = (variant: RaisedVariant, source: string): string =>
  findingKey(KINDS[variant], { type: 'source', source }, variant);

/** The finding of a load that a source is in trouble. `detail`: what was found, one or more lines. */
export function sourceTrouble(
  variant: RaisedVariant,
  source: string,
  detail: string,
  sinceMs: number,
): Finding {
  return {
    key: sourceTroubleKey(variant, source),
    kind: KINDS[variant],
    variant,
    subject: { type: 'source', source },
    sinceMs,
    runKey: null,
    dueMs: null,
    evidence: { observed: null, expected: null, limit: null, unit: null, text: detail },
    family: null,
    course: 'new',
  };
}
