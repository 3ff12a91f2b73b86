import { type Finding, findingOfState } from '../finding.ts';
import { findDamage } from './find-damage.ts';
import { findGaps } from './find-gaps.ts';
import { findQualityDrops } from './find-quality.ts';
import { findSilence } from './find-silence.ts';
import { findTroubles } from './find-troubles.ts';
import type { SourceFacts } from './source-facts.ts';

const RULES = [findTroubles, findSilence, findGaps, findDamage, findQualityDrops];

/** Everything that is wrong with a source now: kinds `freshness`, `transmission` and `quality`. */
export const detectSource = (facts: SourceFacts, asOfMs: number): Finding[] =>
  RULES.flatMap((rule) => rule(facts, asOfMs)).map((found) =>
    findingOfState({ ...found, subject: { type: 'source', source: facts.source } }),
  );
