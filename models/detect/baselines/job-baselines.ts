/**
 * What is usual of one number of a job's runs, in its natural logarithm: the number itself has a long right tail, and
 * what slows a run or fills a file multiplies.
 *
 * Usual at an instant = exp(level + hour + weekday + month end + holiday), hours and days of the
 * clock on the wall.
 */
export interface Usual {
  /** Runs it was learned from. */
  runs: number;
  /** Logarithm of the recent level on a day without a season. */
  level: number;
  /** What each hour of the day adds, 24 of them; null where the hour says nothing. */
  hours: number[] | null;
  /** What each weekday adds, Sunday first; null where it says nothing. */
  weekdays: number[] | null;
  /** What the last two days and the first of a month add. */
  monthEnd: number;
  /** What a public holiday adds; null where too few were seen to say. */
  holiday: number | null;
  /** How much of what the last runs have in common a run shares: 0 none, 1 all. */
  follow: number;
  /** A normal run is hardly ever above usual + this; positive. */
  above: number;
  /** A normal run is hardly ever below usual - this; positive. */
  below: number;
}

/** How often something was so among the runs that could tell. */
export interface Habit {
  runs: number;
  times: number;
}

/** What was usual of a job as known at an instant. null: there is not enough data to say. */
export interface Edition {
  /** Only runs that began and were known before are in it; only runs that began since may be judged by it. */
  cutMs: number;
  /** Finished runs it was learned from. */
  runs: number;
  /** Milliseconds a succeeded run takes. */
  duration: Usual | null;
  /** Milliseconds it takes over its rows to the power of `share`: null where rows say nothing of durations. */
  durationForRows: { share: number; usual: Usual } | null;
  /** Rows a succeeded run writes, those that write any. */
  rows: Usual | null;
  /** Succeeded runs that wrote no row at all. */
  empty: Habit;
  /** Rows written over rows expected, of succeeded runs. */
  rowsPerExpected: Usual | null;
  /** Rows written over rows read, of succeeded runs. */
  rowsPerRead: Usual | null;
  failed: Habit;
  /** Failed runs that another followed within the hour: it is tried again. */
  retried: Habit;
  /** Runs that began while the one before was under way; null where ends are not told. */
  overlapping: Habit | null;
  /** The longest a finished run took, milliseconds. */
  longestMs: number | null;
  /** From the end of a run to its being known, milliseconds: the middle, and what has to be waited for. */
  endLag: { usualMs: number; upperMs: number } | null;
}

/**
 * What a job's runs usually take and write. Plain JSON, a few kilobytes.
 *
 * There are two editions: one as of `asOfMs`, and one from before its last runs, so that a run that had begun when
 * this was learned is judged by a past that it is not part of.
 */
export interface JobBaselines {
  asOfMs: number;
  /** Name of the calendar of holidays they were learned with. */
  calendar: string;
  /** IANA name of the zone whose clock and days they go by. */
  timeZone: string;
  /** The newest first. */
  editions: Edition[];
}

/** The newest edition that a run which started then is not part of; null when all are younger. */
export function editionFor({ editions }: JobBaselines, startedAtMs: number): Edition | null {
  return editions.find(({ cutMs }) => cutMs <= startedAtMs) ?? null;
}
