import { suggestedAct, type WatchAct } from './watch-acts.ts';

/** A job on a day of a forecast. */
export interface JobDay {
  jobId: number;
  /** 1 to 7. */
  horizonDay: number;
  /** Of at least one failed run; not a number or null: not known. */
  probability: number | null;
  basis: 'model' | 'group-rate';
  /** The most important first. */
  reasons: readonly { feature: string; contribution: number }[];
}

export interface WatchItem {
  jobId: number;
  horizonDay: number;
  probability: number;
  /** Of all failed job-days expected in the week, 0 to 1. */
  share: number;
  act: WatchAct;
}

export interface WatchList {
  /** The most likely first; fewer than `most` where fewer hold the share that is asked for. */
  items: WatchItem[];
  /** Failed job-days expected in the week: the sum of the probabilities. */
  expected: number;
  /** What those of the list hold of it, 0 to 1. */
  share: number;
  /** Job-days that are not on the list and as likely as the last one that is. */
  asLikely: number;
}

/** What a team can look at in a week. */
const MOST = 12;
/** Beyond it the list has said what is to be said. */
const ENOUGH = 0.7;

/**
 * The few job-days that hold most of the failures that a forecast expects: the fewest that hold `enough`, at most
 * `most`. Equal probabilities are in the order of days, then of jobs, so the same forecast is the same list.
 *
 * @param days in any order; of a job-day named twice the first counts, one whose probability is not known does not
 */
export function watchList(
  days: readonly JobDay[],
  { most = MOST, enough = ENOUGH }: { most?: number; enough?: number } = {},
): WatchList {
  const seen = new Set<string>();
  const known = days.filter((day): day is JobDay & { probability: number } => {
    const key = `${day.jobId} ${day.horizonDay}`;
    if (!Number.isFinite(day.probability) || day.probability! <= 0 || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  const ordered = known.toSorted(
    (a, b) => b.probability - a.probability || a.horizonDay - b.horizonDay || a.jobId - b.jobId,
  );
  const expected = ordered.reduce((sum, { probability }) => sum + probability, 0);
  const items: WatchItem[] = [];
  let held = 0;
  for (const { jobId, horizonDay, probability, basis, reasons } of ordered) {
    if (items.length >= most || held >= enough * expected) break;
    held += probability;
    const share = Math.min(1, probability / expected);
    items.push({ jobId, horizonDay, probability, share, act: suggestedAct(basis, reasons) });
  }
  const last = items.at(-1)?.probability;
  const asLikely = ordered.slice(items.length).filter(({ probability }) => probability === last).length;
  return { items, expected, share: expected === 0 ? 0 : Math.min(1, held / expected), asLikely };
}
