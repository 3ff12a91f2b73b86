/** What was told against what is stored. */
export interface LedgerDifference {
  expected: number;
  found: number;
  /** Told, and not stored. */
  lost: number;
  /** Stored more than once: every copy but the first. */
  doubled: number;
  /** Stored, and never told: a half-written or a mixed-up row. */
  invented: number;
  /** Some of each, to look into. */
  examples: { lost: string[]; doubled: string[]; invented: string[] };
}

const EXAMPLES = 3;

/** Compares a set of texts with those that were found; `found` may hold a text more than once. */
export function compareLedgers(expected: ReadonlySet<string>, found: readonly string[]): LedgerDifference {
  const seen = new Set<string>();
  const doubled: string[] = [];
  const invented: string[] = [];
  for (const text of found) {
    if (!expected.has(text)) invented.push(text);
    else if (seen.has(text)) doubled.push(text);
    seen.add(text);
  }
  const lost = [...expected].filter((text) => !seen.has(text));
  const first = (texts: string[]) => texts.slice(0, EXAMPLES);
  return {
    expected: expected.size,
    found: found.length,
    lost: lost.length,
    doubled: doubled.length,
    invented: invented.length,
    examples: { lost: first(lost), doubled: first(doubled), invented: first(invented) },
  };
}
