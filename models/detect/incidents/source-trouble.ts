import { type FindingKind, findingKey, findingOfState, inWords } from '../finding.ts';
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
export const sourceTrouble = (variant: RaisedVariant, source: string, detail: string, sinceMs: number) =>
  findingOfState({
    kind: KINDS[variant],
    variant,
    subject: { type: 'source', source },
    what: variant,
    sinceMs,
    evidence: inWords(detail),
  });
