import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { quantile } from '../quantile.ts';
import { densestOf } from './densest.ts';
import { rhythmInstants } from './rhythm-instants.ts';
import type { Rhythm } from './schedule.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Starts beside the instants of a rhythm, between the first and the last of them. */
export interface Comparison {
  /** Position of the instant of each start in `instants`, -1 when another start has it. */
  instantOf: Int32Array;
  instants: number[];
  /** From the instant to the start, milliseconds. */
  offsetMs: Float64Array;
  usualMs: number;
  spreadMs: number;
  /** Share of the last starts near an instant of their own, and of these with one; outages count little. */
  explained: number;
  filled: number;
  /** The position of the first start since when another rhythm is likelier; 0 while this one holds. */
  changedAt: number;
  /** The position of the first start since when this rhythm holds; 0 when it always has. */
  heldFrom: number;
}

/** Missing instants in a row are one outage, odd starts in a row one bad day: they count as so many at most. */
const MOST_IN_A_ROW = 3;
/** How starts and instants speak for a change and against it, and when it is one. A single odd run is 2. */
const FOR_CHANGE = 1;
const AGAINST_CHANGE = 0.8;
const CHANGE = 4.5;
/** A rhythm holds while starts that keep it come more often than one in two; as many wrong ones before are another's. */
const LEAST_WRONG = 6;
/** How long before its instant a start may come: a share of the gap, at most. */
const EARLY = { share: 0.15, mostMs: 15 * MINUTE_MS };
/** A start is usual within so many times the middle half of all, and at least within ten minutes. */
const USUAL = { spreads: 5, leastMs: 10 * MINUTE_MS, shareOfGap: 0.45, mostMs: 3 * HOUR_MS };

/** Starts of so many days, and so many of each, tell what is usual now. */
const LATELY = { days: 40, mostPerDay: 8 };

/** @param startedAt ascending, not empty */
export function compareWithStarts(
  rhythm: Rhythm,
  startedAt: Float64Array,
  calendar: HolidayCalendar,
): Comparison {
  const n = startedAt.length;
  const instants = rhythmInstants(
    rhythm,
    startedAt[0]! - 24 * HOUR_MS,
    startedAt[n - 1]! + 24 * HOUR_MS,
    calendar,
  );
  const instantOf = new Int32Array(n).fill(-1);
  const offsetMs = new Float64Array(n).fill(Number.NaN);
  for (let i = 0, at = -1; i < n; i++) {
    while (at + 1 < instants.length && instants[at + 1]! - earlyMs(instants, at + 1) <= startedAt[i]!) at++;
    if (at < 0) continue;
    instantOf[i] = at;
    offsetMs[i] = startedAt[i]! - instants[at]!;
  }
  const days = (startedAt[n - 1]! - startedAt[0]!) / (24 * HOUR_MS);
  const perDay = Math.min(LATELY.mostPerDay, Math.max(1, n / Math.max(1, days)));
  const count = Math.min(n, Math.ceil(LATELY.days * perDay));
  const { usualMs, spreadMs } = lately(offsetMs, instantOf, count);
  const gapMs = usualGap(instants);
  const withinMs = Math.max(
    Math.min(USUAL.leastMs, USUAL.shareOfGap * gapMs),
    Math.min(USUAL.spreads * spreadMs, USUAL.mostMs, gapMs),
  );
  const usualOf = new Int32Array(n).fill(-1);
  for (let i = n - 1; i >= 0; i--) {
    if (Math.abs(offsetMs[i]! - usualMs) <= withinMs) usualOf[i] = instantOf[i]!;
    if (i > 0 && instantOf[i] === instantOf[i - 1]) instantOf[i] = -1;
  }
  const read = readBackwards(usualOf, instants, startedAt, count);
  return { instantOf, instants, offsetMs, usualMs, spreadMs, ...read };
}

/** Where most of the last offsets are, and how far they spread: a job whose time moved has another one now. */
function lately(
  offsetMs: Float64Array,
  instantOf: Int32Array,
  count: number,
): { usualMs: number; spreadMs: number } {
  const offsets = new Float64Array(count);
  let found = 0;
  for (let i = offsetMs.length - 1; i >= 0 && found < count; i--) {
    const isFirst = i === 0 || instantOf[i] !== instantOf[i - 1];
    if (isFirst && instantOf[i] !== -1 && offsetMs[i]! <= USUAL.mostMs) offsets[found++] = offsetMs[i]!;
  }
  if (found === 0) return { usualMs: 0, spreadMs: 0 };
  const { middle, length } = densestOf(offsets.subarray(0, found).sort());
  return { usualMs: middle, spreadMs: length };
}

function earlyMs(instants: readonly number[], at: number): number {
  const gap = at === 0 ? Number.POSITIVE_INFINITY : instants[at]! - instants[at - 1]!;
  return Math.min(EARLY.mostMs, EARLY.share * gap);
}

function usualGap(instants: readonly number[]): number {
  const gaps = new Float64Array(Math.max(0, Math.min(400, instants.length) - 1));
  for (let i = 0; i < gaps.length; i++) gaps[i] = instants[i + 1]! - instants[i]!;
  return gaps.length === 0 ? Number.POSITIVE_INFINITY : quantile(gaps.sort(), 0.25);
}

/**
 * From the last start back: since when do more starts and instants speak against the rhythm than for it? Silence after
 * the last start does not: a job that stands still has not changed its schedule.
 */
function readBackwards(
  instantOf: Int32Array,
  instants: readonly number[],
  startedAt: Float64Array,
  count: number,
) {
  let score = 0;
  let highest = 0;
  let changedAt = 0;
  let held = 0;
  let mostHeld = 0;
  let heldFrom = startedAt.length;
  let kept = 0;
  let missing = 0;
  let odd = 0;
  let oddInARow = 0;
  let next = instants.length;
  while (next > 0 && instants[next - 1]! > startedAt.at(-1)!) next--;
  for (let i = startedAt.length - 1; i >= 0; i--) {
    const own = instantOf[i]!;
    const isRecent = i >= startedAt.length - count;
    if (isRecent && (own === -1 || own === next) && ++oddInARow <= MOST_IN_A_ROW) odd++;
    // A second start at a usual time speaks neither for a change nor against it.
    if (own === next) continue;
    held += own === -1 ? -1 : 1;
    if (held >= mostHeld) {
      mostHeld = held;
      heldFrom = i;
    }
    if (own === -1) score += FOR_CHANGE;
    else {
      const silent = Math.min(MOST_IN_A_ROW, Math.max(0, next - own - 1));
      score += FOR_CHANGE * silent;
      oddInARow = 0;
      if (isRecent) {
        missing += silent;
        kept++;
      }
      next = own;
    }
    if (score > highest) {
      highest = score;
      changedAt = own === -1 ? i : i + 1;
    }
    if (own !== -1) score -= AGAINST_CHANGE;
  }
  return {
    explained: kept === 0 ? 0 : kept / (kept + odd),
    filled: kept === 0 ? 0 : kept / (kept + missing),
    changedAt: highest >= CHANGE ? changedAt : 0,
    heldFrom: mostHeld - held >= LEAST_WRONG ? heldFrom : 0,
  };
}
