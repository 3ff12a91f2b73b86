import { quantile } from '../quantile.ts';
import type { Comparison } from './compare-with-starts.ts';
import type { OwnStarts } from './own-starts.ts';
import type { Tolerance } from './schedule.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The last of them say what is usual now. */
const MOST_SAMPLES = 2_000;
/** Of so many the highest seen is evidence enough. */
const MANY_SAMPLES = 1_000;
/** Beyond nine of ten, waiting times are taken as exponential: so many mean excesses leave one in some 3,000. */
const EXCESSES = 5.7;
/**
 * The shortest deadline that makes sense: a share of the gap to the next instant. Whoever runs once a day may be late
 * by half an hour before it matters; a log delayed by a few minutes is no news there.
 */
const FLOOR = { shareOfGap: 0.015, leastMs: MINUTE_MS, mostMs: HOUR_MS };
/** So early a run may always start: a share of the gap, within bounds. */
const LEAD = { shareOfGap: 0.03, leastMs: 2 * MINUTE_MS, mostMs: HOUR_MS };
/** Of so many, one odd value at the top is left out: late starts, and those after a standstill of the scheduler. */
const ONE_ODD_IN = 20;
const MOST_ODD = 10;
/** Lags of logs are rare and no mistake: of them one in so many is left out. */
const ONE_ODD_LAG_IN = 1000;
/** Logs that are shipped stop now and then for half an hour; a job of few runs has not seen that yet. */
const SHIPPED_FROM_MS = 1000;
const SHIPPING_MS = 30 * MINUTE_MS;
/** Starts that were told, to go by them. */
const TOLD_FEWEST = 20;
const TOLD_SHARE = 0.5;
/** What lies above by so much of the rest is odd. */
const ODD_TIMES = 3;

/**
 * What is usual around the instants of a rhythm.
 *
 * @param tellsStarts whether a run is known when it starts
 * @param gapMs the usual gap between instants
 */
export function learnTolerance(
  starts: OwnStarts,
  comparison: Comparison,
  { tellsStarts, gapMs }: { tellsStarts: boolean; gapMs: number },
): Tolerance {
  const { instantOf, offsetMs, instants, usualMs } = comparison;
  const most = Math.min(MOST_SAMPLES, instantOf.length);
  const offsets = new Float64Array(most);
  const startKnown = new Float64Array(most);
  const startLags = new Float64Array(most);
  const isToldBegun = tellsBegun(starts);
  const endKnown = new Float64Array(most);
  const lags = new Float64Array(most);
  let matched = 0;
  let ended = 0;
  let lagged = 0;
  let begun = 0;
  for (let i = instantOf.length - 1; i >= 0 && matched < most; i--) {
    if (instantOf[i] === -1) continue;
    const lag = starts.lagMs[i]!;
    const end = starts.endKnownAt[i]! - instants[instantOf[i]!]!;
    // Ends are told later than starts where logs stop to be shipped, and where a run is long.
    const startLag = isToldBegun ? starts.startLagMs[i]! : lag;
    offsets[matched] = offsetMs[i]!;
    startKnown[matched++] = offsetMs[i]! + (startLag || 0);
    if (!Number.isNaN(startLag)) startLags[begun++] = startLag;
    if (!Number.isNaN(lag)) lags[lagged++] = lag;
    if (!Number.isNaN(end)) endKnown[ended++] = end;
  }
  const sortedOffsets = offsets.subarray(0, matched).sort();
  const middle = matched === 0 ? 0 : usualMs;
  // Seconds after the minute are nobody's schedule.
  const usualStartMs = middle < 2 * MINUTE_MS ? 0 : Math.floor(middle / MINUTE_MS) * MINUTE_MS;
  const startSorted = startKnown.subarray(0, matched).sort();
  const endSorted = ended === 0 ? startSorted : endKnown.subarray(0, ended).sort();
  const floorMs = Math.min(FLOOR.mostMs, Math.max(FLOOR.leastMs, FLOOR.shareOfGap * gapMs));
  const lagSorted = lags.subarray(0, lagged).sort();
  const startLagSorted = startLags.subarray(0, begun).sort();
  const odd = Math.min(MOST_ODD, Math.floor(matched / ONE_ODD_IN));
  const oddLags = Math.floor(begun / ONE_ODD_IN) === 0 ? 0 : 1 + Math.floor(begun / ONE_ODD_LAG_IN);
  // Known late is started late, or told late.
  const startKnownMs = Math.min(
    highest(startSorted, usualStartMs, oddLags),
    highest(sortedOffsets, usualStartMs, odd) + highest(startLagSorted, 0, oddLags),
  );
  const startWithinMs = roundUp(floorMs + startKnownMs);
  const isShipped = lagged > 0 && quantile(lagSorted, 0.5) >= SHIPPED_FROM_MS;
  const shippedMs = tellsStarts && isShipped ? quantile(endSorted, 0.9) - usualStartMs + SHIPPING_MS : 0;
  const endWithinMs = roundUp(floorMs + Math.max(shippedMs, highest(endSorted, usualStartMs, odd)));
  return {
    usualStartMs,
    spreadMs: Math.round(comparison.spreadMs),
    leadMs: roundUp(
      Math.max(
        Math.min(LEAD.mostMs, Math.max(LEAD.leastMs, LEAD.shareOfGap * gapMs)),
        usualStartMs - (matched === 0 ? 0 : quantile(sortedOffsets, 0.005)) + MINUTE_MS,
      ),
    ),
    startWithinMs: tellsStarts ? startWithinMs : null,
    endWithinMs: Math.max(endWithinMs, tellsStarts ? startWithinMs : 0),
    lagMs: lagged === 0 ? 0 : Math.round(quantile(lagSorted, 0.9)),
  };
}

/** Half of the runs, and enough, were told when they began: then nothing has to be guessed from their ends. */
function tellsBegun({ startLagMs }: OwnStarts): boolean {
  const told = startLagMs.reduce((sum, lag) => sum + (Number.isNaN(lag) ? 0 : 1), 0);
  return told >= TOLD_FEWEST && told >= TOLD_SHARE * startLagMs.length;
}

/**
 * What about one in some thousands exceeds: the highest seen, odd ones left out, or what the tail beyond nine of ten
 * promises when few have been seen.
 */
function highest(sorted: Float64Array, usualStartMs: number, odd: number): number {
  const n = sorted.length;
  if (n === 0) return 0;
  const nine = quantile(sorted, 0.9);
  const usual = quantile(sorted, 0.5);
  let excess = 0;
  let above = 0;
  let top = n - 1;
  // Two that are odd hide each other: they are held against what is left when all are left out that may be.
  const rest = Math.max(MINUTE_MS, sorted[n - 1 - odd]! - usual);
  while (top > n - 1 - odd && sorted[top]! - usual > ODD_TIMES * rest) top--;
  for (let i = n - 1; i >= 0 && sorted[i]! > nine; i--) {
    excess += Math.min(sorted[i]!, sorted[top]!) - nine;
    above++;
  }
  const promised = above === 0 ? nine : nine + (EXCESSES * excess) / above;
  // Of many, the highest seen is evidence enough; of few, the tail promises more.
  const seen = sorted[top]! + 0.1 * Math.max(0, sorted[top]! - usual);
  const most = n >= MANY_SAMPLES ? seen : Math.max(seen, Math.min(promised, usual + 3 * (seen - usual)));
  return Math.max(0, most - usualStartMs);
}

const roundUp = (ms: number): number => Math.ceil(ms / 1000) * 1000;
