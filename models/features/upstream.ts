import type { JobHistory } from '../records/job-history.ts';
import { CANCELLED, FAILED } from '../records/run.ts';
import { coincidenceTail } from './coincidence.ts';
import {
  DAYS,
  daysBack,
  daysIn,
  lagged,
  meet,
  meetingAtLeast,
  noDays,
  packed,
  setDay,
  WORDS,
} from './day-bits.ts';
import { DaySpans, NEARLY_ALL } from './day-spans.ts';
import { DAY_MS, type FeatureDefinition } from './feature.ts';
import { nearestBefore } from './nearest-before.ts';
import { RowStore } from './row-store.ts';
import type { VisibleHistory } from './visible-history.ts';

export const upstreamDefinitions: readonly FeatureDefinition[] = [
  {
    name: 'upstream_failure_rate_28d',
    meaning: {
      en: 'share of failed runs of the job it follows, missing when it follows none',
      fr: "part d'échecs du traitement qu'il suit, absent s'il n'en suit aucun",
    },
    unit: 'share',
    window: '28 d',
  },
  {
    name: 'upstream_last_failed',
    meaning: {
      en: 'the last run of the job it follows failed, missing when it follows none',
      fr: "le dernier passage du traitement qu'il suit a échoué, absent s'il n'en suit aucun",
    },
    unit: 'flag',
    window: 'last run',
  },
  {
    name: 'upstream_success_streak',
    meaning: {
      en: 'good runs of the job it follows since its last failed one, missing when it follows none',
      fr: "succès du traitement qu'il suit depuis son dernier échec, absent s'il n'en suit aucun",
    },
    unit: 'count',
    window: 'all',
  },
];

/** Failures that begin together, at least: fewer are beyond doubt only in the smallest estates. */
const LEAST_ONSETS = 3;
const LEAST_DAYS = 14;
/** That any of all the pairs is taken for a chain by accident. */
const DOUBT = 0.01;
/** The upstream ran on the same day, or on the day before: nights have a midnight. */
const LAGS = [0, 1] as const;
type Lag = (typeof LAGS)[number];
/** Pairs beyond doubt whose order is looked at, the surest first: jobs that fail together may be many. */
const MOST_CHECKED = 8;
const NONE = -1;

interface Entry {
  jobIndex: number;
  /** By lag, as all sets here: as they are, and seen from the day after. */
  ran: readonly [Int32Array, Int32Array];
  /** Days on which a failure begins: failed, and not on the day with a run before. */
  onsets: readonly [Int32Array, Int32Array];
  ranDays: number;
}

/** A job that others follow, and what `upstreamDefinitions` say of it. */
interface Followed {
  jobIndex: number;
  facts: readonly number[];
}

/** An entry as it is kept until its cutoff is asked for: a job, two sets of days, facts. */
const RAN = 1;
const ONSETS = RAN + WORDS;
const FACTS = ONSETS + WORDS;
const WIDTH = FACTS + upstreamDefinitions.length;

/**
 * For each job at most one other that it seems to follow, learned at each cutoff from the runs visible at it.
 *
 * A job follows another when on nearly every day of the last 90 on which it ran the other had ended before it started
 * (within the 24 hours before), and when failures of both began on the same days of the last 180 more often than chance
 * would have it: one-sided hypergeometric test (Fisher's exact) of the days on which both ran, with Bonferroni's bound over
 * all pairs and lags; half of the doubt is spent on the three jobs that end last before each starts, where fewer
 * failures say as much. Only beginnings count: two outages that overlap for weeks are one coincidence, not twenty. Which
 * of two is the cause is told by the order of their runs alone, so a common cause of both is taken for a chain as well.
 */
export class Upstreams {
  /** By cutoff; none where they are used up. */
  private readonly entries: (RowStore | undefined)[];
  private readonly found = new Map<number, Map<number, Followed>>();
  /** One cutoff after the other is looked at in these: made anew for each they would be most of all garbage. */
  private readonly room: Entry[] = [];
  private spans: DaySpans | null = null;
  private readonly histories: readonly JobHistory[];
  private readonly cutoffs: readonly number[];

  constructor(histories: readonly JobHistory[], cutoffs: readonly number[]) {
    this.histories = histories;
    this.cutoffs = cutoffs;
    this.entries = cutoffs.map(() => new RowStore(WIDTH));
  }

  /** Adds a job at a cutoff. `facts`: what `upstreamDefinitions` say of the jobs that follow it. */
  add(jobIndex: number, cutoffIndex: number, history: VisibleHistory, facts: readonly number[]): void {
    const cutoff = this.cutoffs[cutoffIndex]!;
    const from = history.before(cutoff - DAYS * DAY_MS);
    const { failedDays } = history.totals;
    // Too few failures to begin anything together: most jobs end here.
    if (failedDays[history.count]! - failedDays[from]! < LEAST_ONSETS) return;
    const ran = noDays();
    const onsets = noDays();
    let at = NONE;
    let dayEnds = Number.NEGATIVE_INFINITY;
    // What began before the first day is not known.
    let failed = true;
    let failedBefore = true;
    let begun = 0;
    for (let i = from; i < history.count; i++) {
      const status = history.status[i]!;
      if (status === CANCELLED) continue;
      if (history.startedAt[i]! >= dayEnds) {
        failedBefore = failed;
        failed = false;
        at = daysBack(history.startedAt[i]!, cutoff);
        dayEnds = cutoff - at * DAY_MS;
        setDay(ran, at);
      }
      if (status !== FAILED || failed) continue;
      failed = true;
      if (failedBefore) continue;
      begun++;
      setDay(onsets, at);
    }
    if (begun < LEAST_ONSETS) return;
    const row = this.entries[cutoffIndex]!.add();
    row[0] = jobIndex;
    row.set(ran, RAN);
    row.set(onsets, ONSETS);
    row.set(facts, FACTS);
  }

  /** Position of the job that a job follows at a cutoff, -1 for none. */
  upstreamOf(jobIndex: number, cutoffIndex: number): number {
    return this.followed(cutoffIndex).get(jobIndex)?.jobIndex ?? NONE;
  }

  /** The values of `upstreamDefinitions`, NaN for a job that follows none. */
  valueOf(jobIndex: number, cutoffIndex: number, position: number): number {
    return this.followed(cutoffIndex).get(jobIndex)?.facts[position] ?? Number.NaN;
  }

  private followed(cutoffIndex: number): Map<number, Followed> {
    let followed = this.found.get(cutoffIndex);
    if (followed === undefined) {
      const rows = this.entries[cutoffIndex]!;
      this.entries[cutoffIndex] = undefined;
      while (this.room.length < rows.count) this.room.push(emptyEntry());
      const entries = this.room.slice(0, rows.count);
      entries.forEach((entry, place) => {
        readEntry(rows.at(place), entry);
      });
      this.spans = new DaySpans(this.histories, this.cutoffs[cutoffIndex]!, this.spans);
      const places = followedAmong(entries, this.spans);
      followed = new Map();
      for (const [job, place] of places) {
        const row = rows.at(place);
        followed.set(job, { jobIndex: row[0]!, facts: [...row.subarray(FACTS)] });
      }
      this.found.set(cutoffIndex, followed);
    }
    return followed;
  }
}

const emptyEntry = (): Entry => ({
  jobIndex: NONE,
  ran: [noDays(), noDays()],
  onsets: [noDays(), noDays()],
  ranDays: 0,
});

function readEntry(row: Float64Array, entry: Entry): void {
  const { ran, onsets } = entry;
  for (let word = 0; word < WORDS; word++) {
    ran[0][word] = row[RAN + word]!;
    onsets[0][word] = row[ONSETS + word]!;
  }
  lagged(ran[0], ran[1]);
  lagged(onsets[0], onsets[1]);
  entry.jobIndex = row[0]!;
  entry.ranDays = daysIn(ran[0]);
}

interface Pair {
  other: Entry;
  lag: Lag;
  tail: number;
}

/** By position of the job, the place of the entry that it follows. */
function followedAmong(entries: readonly Entry[], spans: DaySpans): Map<number, number> {
  const followed = new Map<number, number>();
  const byJob = new Map(entries.map((entry) => [entry.jobIndex, entry]));
  const near = nearestBefore([...byJob.keys()], spans);
  const tried = [...near.values()].reduce((sum, { length }) => sum + length, 0);
  // Who is tried depends on the clock and the numbers of beginnings alone, and those the test takes as given.
  const doubtOfNear = DOUBT / 2 / Math.max(1, tried);
  const doubtOfAny = DOUBT / 2 / Math.max(1, entries.length * (entries.length - 1) * LAGS.length);
  let least = LEAST_ONSETS;
  // The best case: all beginnings of both together, on days of which all had runs.
  while (coincidenceTail(DAYS, least, least, least) > doubtOfAny) least++;
  const onsets = LAGS.map((lag) => packed(entries.map((entry) => entry.onsets[lag])));
  for (const job of entries) {
    if (job.ranDays < LEAST_DAYS) continue;
    const pairs: Pair[] = [];
    const test = (other: Entry, lag: Lag, mostDoubt: number) => {
      const tail = tailOf(job, other, lag, mostDoubt);
      if (tail <= mostDoubt) pairs.push({ other, lag, tail });
    };
    for (const before of near.get(job.jobIndex)!) test(byJob.get(before.job)!, before.lag, doubtOfNear);
    for (const lag of LAGS) {
      for (const e of meetingAtLeast(least, job.onsets[0], onsets[lag]!)) {
        if (entries[e] !== job) test(entries[e]!, lag, doubtOfAny);
      }
    }
    pairs.sort((a, b) => a.tail - b.tail || a.other.jobIndex - b.other.jobIndex || a.lag - b.lag);
    const first = pairs
      .slice(0, MOST_CHECKED)
      .find((pair) => spans.precedes(pair.other.jobIndex, job.jobIndex, pair.lag));
    if (first !== undefined) followed.set(job.jobIndex, entries.indexOf(first.other));
  }
  return followed;
}

/**
 * That so many beginnings coincide by chance; 1 where they are fewer than three, or where the other did not run on nearly
 * every day of the job. Beyond `mostDoubt` not exact.
 */
function tailOf(job: Entry, other: Entry, lag: Lag, mostDoubt: number): number {
  const ran = other.ran[lag];
  const onsets = other.onsets[lag];
  const both = meet(job.ran[0], ran);
  if (both < NEARLY_ALL * job.ranDays) return 1;
  const together = meet(job.onsets[0], onsets);
  const begun = meet(job.onsets[0], ran);
  const othersBegun = meet(onsets, job.ran[0]);
  // No more than chance would have: far from doubt, and the most frequent case by far.
  if (together < LEAST_ONSETS || together * both <= begun * othersBegun) return 1;
  return coincidenceTail(both, begun, othersBegun, together, mostDoubt);
}
