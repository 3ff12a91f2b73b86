import { median } from '../median.ts';
import { FAILED } from '../records/run.ts';

/** A job begins to fail: its first failed run after quiet days. */
export interface Episode {
  /** As in the rows. */
  job: number;
  /** Epoch milliseconds. */
  startedAt: number;
}

export interface LeadTime {
  episodes: number;
  /** Those of which the forecast had warned. */
  warned: number;
  /** warned / episodes; null without episodes. */
  share: number | null;
  /** Median, over the warned ones, of the hours from the first warning to the failure; null without any. */
  medianHours: number | null;
}

export interface ForecastRows {
  jobIndex: ArrayLike<number>;
  /** Epoch milliseconds. */
  cutoff: ArrayLike<number>;
  /** Rows of one number are checked in one go. */
  rounds: ArrayLike<number>;
}

const HOUR_MS = 3_600_000;

/**
 * Starts of the failed runs before which the job was seen for at least `quietMs` and no run failed in that time.
 *
 * @param startedAt ascending, epoch milliseconds
 */
export function episodeStarts(
  { startedAt, status }: { startedAt: ArrayLike<number>; status: ArrayLike<number> },
  quietMs: number,
): number[] {
  const starts: number[] = [];
  let lastFailure = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < startedAt.length; i++) {
    if (status[i] !== FAILED) continue;
    const at = startedAt[i]!;
    if (at - lastFailure >= quietMs && at - startedAt[0]! >= quietMs) starts.push(at);
    lastFailure = at;
  }
  return starts;
}

/**
 * How long before an episode its job was among the `k` highest scores of a round. A warning counts for the window it
 * was given for, cutoff <= start < cutoff + `windowMs`: that a job was named months ago, for a week in which nothing
 * happened, was a false alarm. Where windows overlap, the earliest warning counts. Equal scores that do not all fit
 * among the `k` are no choice: none of them is named.
 *
 * @param episodes those outside every window of the rows are left out; one whose job was no candidate was not warned of
 */
export function leadTime(
  episodes: readonly Episode[],
  rows: ForecastRows,
  scores: Float64Array,
  { k, windowMs }: { k: number; windowMs: number },
): LeadTime {
  const cutoffs = [...new Set(Array.from(rows.cutoff))];
  const warnings = new Map<number, number[]>();
  for (const row of namedRows(rows, scores, k)) {
    const job = rows.jobIndex[row]!;
    warnings.set(job, [...(warnings.get(job) ?? []), rows.cutoff[row]!]);
  }
  const holds = (startedAt: number) => (cutoff: number) =>
    cutoff <= startedAt && startedAt < cutoff + windowMs;
  const tested = episodes.filter(({ startedAt }) => cutoffs.some(holds(startedAt)));
  const leads = tested.flatMap(({ job, startedAt }) => {
    const given = (warnings.get(job) ?? []).filter(holds(startedAt));
    return given.length === 0 ? [] : [startedAt - Math.min(...given)];
  });
  return {
    episodes: tested.length,
    warned: leads.length,
    share: tested.length === 0 ? null : leads.length / tested.length,
    medianHours: median(leads.map((ms) => ms / HOUR_MS)),
  };
}

function namedRows({ rounds }: ForecastRows, scores: Float64Array, k: number): number[] {
  const byRound = new Map<number, number[]>();
  for (let row = 0; row < scores.length; row++) {
    const rows = byRound.get(rounds[row]!);
    if (rows === undefined) byRound.set(rounds[row]!, [row]);
    else rows.push(row);
  }
  return [...byRound.values()].flatMap((rows) => {
    rows.sort((a, b) => scores[b]! - scores[a]!);
    const first = rows[k];
    return first === undefined ? rows : rows.slice(0, k).filter((row) => scores[row]! > scores[first]!);
  });
}
