import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { quantileOf } from './quantile.ts';
import { rhythmInstants } from './rhythm-instants.ts';
import type { Rhythm } from './schedule.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Starts beside the instants of a rhythm, between the first and the last of them. */
export interface Comparison {
  /** Position of the instant of each start in `instants`, -1 when it is farther away than usual. */
  instantOf: Int32Array;
  instants: number[];
  /** From the instant to the start, milliseconds. */
  offsetMs: Float64Array;
  usualMs: number;
  spreadMs: number;
  /** Share of starts near an instant of their own, and of instants with one; outages count little. */
  explained: number;
  filled: number;
  /** The position of the first start since when another rhythm is likelier; 0 while this one holds. */
  changedAt: number;
}

/** Missing instants in a row are one outage: they count as so many at most. */
const MOST_MISSING = 3;
/** How starts and instants speak for a change and against it, and when it is one. A single odd run is 2. */
const FOR_CHANGE = 1;
const AGAINST_CHANGE = 1.5;
const CHANGE = 4.5;
/** How long before its instant a start may come: a share of the gap, at most. */
const EARLY = { share: 0.15, mostMs: 15 * MINUTE_MS };
/** A start is usual within so many times the middle half of all, and at least within ten minutes. */
const USUAL = { spreads: 5, leastMs: 10 * MINUTE_MS, shareOfGap: 0.45, mostMs: 3 * HOUR_MS };

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
  // What is not a number comes last.
  const sorted = offsetMs.slice().sort();
  let known = n;
  while (known > 0 && Number.isNaN(sorted[known - 1]!)) known--;
  const offsets = sorted.subarray(0, known);
  const usualMs = quantileOf(offsets, 0.5);
  const spreadMs = quantileOf(offsets, 0.75) - quantileOf(offsets, 0.25);
  const gapMs = usualGap(instants);
  const withinMs = Math.max(
    Math.min(USUAL.leastMs, USUAL.shareOfGap * gapMs),
    Math.min(USUAL.spreads * spreadMs, USUAL.mostMs, gapMs),
  );
  let explained = 0;
  for (let i = 0; i < n; i++) {
    const isOwn = i === 0 || instantOf[i] !== instantOf[i - 1] || instantOf[i] === -1;
    if (instantOf[i] !== -1 && isOwn && Math.abs(offsetMs[i]! - usualMs) <= withinMs) explained++;
    else if (isOwn || Math.abs(offsetMs[i]! - usualMs) > withinMs) instantOf[i] = -1;
  }
  const { filled, changedAt } = readBackwards(instantOf, instants, startedAt);
  return { instantOf, instants, offsetMs, usualMs, spreadMs, explained: explained / n, filled, changedAt };
}

function earlyMs(instants: readonly number[], at: number): number {
  const gap = at === 0 ? Number.POSITIVE_INFINITY : instants[at]! - instants[at - 1]!;
  return Math.min(EARLY.mostMs, EARLY.share * gap);
}

function usualGap(instants: readonly number[]): number {
  const gaps = new Float64Array(Math.max(0, Math.min(400, instants.length) - 1));
  for (let i = 0; i < gaps.length; i++) gaps[i] = instants[i + 1]! - instants[i]!;
  return gaps.length === 0 ? Number.POSITIVE_INFINITY : quantileOf(gaps.sort(), 0.25);
}

/**
 * From the last start back: since when do more starts and instants speak against the rhythm than for it? Silence after
 * the last start does not: a job that stands still has not changed its schedule.
 */
function readBackwards(
  instantOf: Int32Array,
  instants: readonly number[],
  startedAt: Float64Array,
): { filled: number; changedAt: number } {
  let score = 0;
  let highest = 0;
  let changedAt = 0;
  let kept = 0;
  let missing = 0;
  let next = instants.length;
  while (next > 0 && instants[next - 1]! > startedAt.at(-1)!) next--;
  for (let i = startedAt.length - 1; i >= 0; i--) {
    const own = instantOf[i]!;
    if (own === next) continue;
    if (own === -1) score += FOR_CHANGE;
    else {
      const silent = Math.min(MOST_MISSING, Math.max(0, next - own - 1));
      score += FOR_CHANGE * silent;
      missing += silent;
      kept++;
      next = own;
    }
    if (score > highest) {
      highest = score;
      changedAt = own === -1 ? i : i + 1;
    }
    if (own !== -1) score -= AGAINST_CHANGE;
  }
  const filled = kept + missing === 0 ? 0 : kept / (kept + missing);
  return { filled, changedAt: highest >= CHANGE ? changedAt : 0 };
}
