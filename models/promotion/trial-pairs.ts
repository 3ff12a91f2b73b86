const WEEK_MS = 7 * 86_400_000;

/** What the version on trial and the champion said of a week of a job before it began, and what came of it. */
export interface TrialRow {
  /** Epoch milliseconds. */
  cutoff: number;
  host: string | null;
  /** Probabilities of at least one failed run: of the version on trial, of the champion. */
  ours: number;
  theirs: number;
  failed: boolean;
}

export interface TrialPair {
  ours: number;
  theirs: number;
  label: 0 | 1;
  block: number;
}

/**
 * Rows of a trial as the sequential test wants them. Weeks that overlap tell the same failures twice, so of them only
 * the earliest counts; jobs of one server share their weather, so a week of a server is one block.
 *
 * @param rows in any order; their weeks are over
 */
export function trialPairs(rows: readonly TrialRow[]): TrialPair[] {
  const cutoffs: number[] = [];
  for (const cutoff of [...new Set(rows.map((row) => row.cutoff))].sort((a, b) => a - b)) {
    if (cutoffs.length === 0 || cutoff >= cutoffs.at(-1)! + WEEK_MS) cutoffs.push(cutoff);
  }
  const counted = rows.filter(({ cutoff }) => cutoffs.includes(cutoff));
  const blockOf = new Map<string, number>();
  const keyOf = ({ cutoff, host }: TrialRow) => `${cutoff} ${host ?? ''}`;
  const inOrder = counted.toSorted((a, b) => a.cutoff - b.cutoff || compare(a.host ?? '', b.host ?? ''));
  for (const row of inOrder) if (!blockOf.has(keyOf(row))) blockOf.set(keyOf(row), blockOf.size);
  return inOrder.map((row) => ({
    ours: row.ours,
    theirs: row.theirs,
    label: row.failed ? 1 : 0,
    block: blockOf.get(keyOf(row))!,
  }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
