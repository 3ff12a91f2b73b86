import { plainName } from '../clean/map-columns.ts';

/** Names that share fewer of their pairs of letters are different things. */
const MIN_LIKENESS = 0.5;

/** Of some names of a header the one most like one of the given names, null when none is like them. */
export function similarName(names: readonly string[], candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestLikeness = MIN_LIKENESS;
  for (const candidate of candidates) {
    const likeness = Math.max(...names.map((name) => likenessOf(plainName(name), plainName(candidate))));
    if (likeness > bestLikeness) {
      best = candidate;
      bestLikeness = likeness;
    }
  }
  return best;
}

/**
 * Share of common letter pairs, 0 to 1: the coefficient of Dice over bigrams.
 * Source: L. R. Dice, "Measures of the amount of ecologic association between species", Ecology 26 (1945).
 */
function likenessOf(one: string, other: string): number {
  const [pairs, others] = [pairsOf(one), pairsOf(other)];
  const size = pairs.length + others.length;
  if (size === 0) return one === other ? 1 : 0;
  let common = 0;
  for (const pair of pairs) {
    const at = others.indexOf(pair);
    if (at < 0) continue;
    others.splice(at, 1);
    common++;
  }
  return (2 * common) / size;
}

const pairsOf = (text: string): string[] =>
  Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));
