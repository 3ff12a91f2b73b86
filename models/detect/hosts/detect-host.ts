import type { HostFacts, HostFinding } from './host-facts.ts';

/** Everything that is wrong with a host now. */
export function detectHost(_facts: HostFacts, _asOfMs: number): HostFinding[] {
  return [];
}

/** The facts with their samples read into the watches: to be stored, and continued with the samples that follow. */
export function advanceHost(facts: HostFacts, _asOfMs: number): HostFacts {
  return facts;
}
