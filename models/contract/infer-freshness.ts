export interface FreshnessEvidence {
  freshnessMs: number | null;
  because: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Fewer silences than this say nothing about the longest. */
const MIN_SILENCES = 5;
const MARGIN = 1.5;
/** The longest that a contract can say. */
const MAX_MS = 999_999 * MINUTE_MS;

/**
 * The longest silence to expect: one and a half times the longest seen, rounded up to the hour (below an hour, to the
 * minute). Silences are those between the first rows of successive files or, where there are few files, between rows.
 *
 * @param files the instants of the sampled rows of each file, epoch milliseconds
 */
export function inferFreshness(files: ReadonlyArray<readonly number[]>): FreshnessEvidence {
  const dated = files.filter((instants) => instants.length > 0);
  const isByFile = dated.length > MIN_SILENCES;
  const instants = isByFile ? dated.map(smallest) : dated.flat();
  instants.sort((one, other) => one - other);
  const what = isByFile ? 'the first rows of successive files' : 'sampled rows';
  if (instants.length <= MIN_SILENCES) {
    return { freshnessMs: null, because: `only ${instants.length} instants between which to look` };
  }
  let longestMs = 0;
  for (let at = 1; at < instants.length; at++) {
    longestMs = Math.max(longestMs, instants[at]! - instants[at - 1]!);
  }
  const unitMs = longestMs * MARGIN < HOUR_MS ? MINUTE_MS : HOUR_MS;
  const freshnessMs = Math.min(MAX_MS, Math.max(unitMs, Math.ceil((longestMs * MARGIN) / unitMs) * unitMs));
  const minutes = Math.round(longestMs / MINUTE_MS);
  return {
    freshnessMs,
    because: `longest silence between ${what}: ${minutes} min; one and a half times that`,
  };
}

const smallest = (values: readonly number[]): number =>
  values.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
