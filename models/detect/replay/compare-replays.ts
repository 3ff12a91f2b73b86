import { FINDING_KINDS, type FindingKind } from '../finding.ts';
import type { FoundOnce } from './rules.ts';
import { lastKind } from './summarize-replay.ts';

/** The same thing found by both rules, at different instants. */
export interface FoundOtherwise {
  before: FoundOnce;
  after: FoundOnce;
  /** Found so much earlier by the second rules; negative: later. */
  earlierMs: number;
}

/** What other rules would have told, and would not. */
export interface ReplayDifference {
  added: FoundOnce[];
  removed: FoundOnce[];
  earlier: FoundOtherwise[];
  later: FoundOtherwise[];
  same: number;
  kinds: {
    kind: FindingKind;
    added: number;
    removed: number;
    earlier: number;
    later: number;
    same: number;
  }[];
}

/** What one rule sees while a run is under way, another sees when it has long ended. */
const NEAR_MS = 86_400_000;

/**
 * Compares what two replays of one feed found. A key may be found, end, and be found again: of one key, findings are
 * the same where they last at the same time, give or take a day, each with at most one of the other side, in order.
 */
export function compareReplays(before: readonly FoundOnce[], after: readonly FoundOnce[]): ReplayDifference {
  const others = Map.groupBy(after, ({ finding }) => finding.key);
  const difference: ReplayDifference = { added: [], removed: [], earlier: [], later: [], same: 0, kinds: [] };
  const counts = new Map(
    FINDING_KINDS.map((kind) => [kind, { kind, added: 0, removed: 0, earlier: 0, later: 0, same: 0 }]),
  );
  for (const [key, own] of Map.groupBy(before, ({ finding }) => finding.key)) {
    const candidates = others.get(key) ?? [];
    let next = 0;
    for (const one of own) {
      while (next < candidates.length && endOf(candidates[next]!) + NEAR_MS < one.foundMs) next++;
      const other = candidates[next];
      if (other === undefined || other.foundMs > endOf(one) + NEAR_MS) {
        difference.removed.push(one);
        counts.get(lastKind(one))!.removed++;
        continue;
      }
      candidates.splice(next, 1);
      const earlierMs = one.foundMs - other.foundMs;
      const side = earlierMs === 0 ? 'same' : earlierMs > 0 ? 'earlier' : 'later';
      counts.get(lastKind(other))![side]++;
      if (side === 'same') difference.same++;
      else difference[side].push({ before: one, after: other, earlierMs });
    }
  }
  for (const one of [...others.values()].flat()) {
    difference.added.push(one);
    counts.get(lastKind(one))!.added++;
  }
  difference.added.sort((a, b) => a.foundMs - b.foundMs);
  difference.removed.sort((a, b) => a.foundMs - b.foundMs);
  difference.kinds = [...counts.values()].filter(
    ({ added, removed, earlier, later, same }) => added + removed + earlier + later + same > 0,
  );
  return difference;
}

const endOf = ({ endedMs }: FoundOnce): number => endedMs ?? Number.POSITIVE_INFINITY;
