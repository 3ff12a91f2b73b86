import type { Finding } from '../finding.ts';
import type { SourceFacts } from './source-facts.ts';

/** Everything that is wrong with a source now: kinds `freshness`, `transmission` and `quality`. */
export function detectSource(_facts: SourceFacts, _asOfMs: number): Finding[] {
  return [];
}
