import type { SourceFacts, SourceTrouble } from './source-facts.ts';
import type { SourceFinding } from './source-finding.ts';

const KINDS: Readonly<Record<SourceTrouble['kind'], Pick<SourceFinding, 'kind' | 'variant'>>> = {
  'schema-changed': { kind: 'transmission', variant: 'schema-changed' },
  'source-unreadable': { kind: 'freshness', variant: 'source-unreadable' },
  'quarantine-limit': { kind: 'quality', variant: 'quarantine-limit' },
};

/** What stopped the intake of a source, as findings. */
export const findTroubles = ({ troubles }: SourceFacts, asOfMs: number): SourceFinding[] =>
  troubles
    .filter(({ sinceMs }) => sinceMs <= asOfMs)
    .map(({ kind, sinceMs, detail }) => ({
      ...KINDS[kind],
      what: kind,
      sinceMs,
      evidence: { observed: null, expected: null, limit: null, unit: null, text: detail },
    }));
