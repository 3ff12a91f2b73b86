import type { Bar } from './night.ts';

type Link = { jobId: number; upstreamId: number };

/** A run that ended longer before did not hold anybody up. */
const LONGEST_WAIT_MS = 2 * 3_600_000;
/** Clocks of servers differ a little: a run may begin a moment before the end it waited for is told. */
const CLOCK_DOUBT_MS = 60_000;

const isRun = ({ state }: Bar): boolean => state !== 'due' && state !== 'missing' && state !== 'waived';

/**
 * The runs that each waited for the one before it, the first one first: of every run, the run of a job it follows that
 * ended last before it began. A run that waited for nobody is alone.
 */
export function chainOf(bar: Bar, bars: readonly Bar[], follows: readonly Link[]): Bar[] {
  const upstreams = Map.groupBy(follows, ({ jobId }) => jobId);
  const runs = Map.groupBy(bars.filter(isRun), ({ jobId }) => jobId);
  const chain = [bar];
  for (let at: Bar | null = bar; at !== null; ) {
    const before: Bar | null = heldUpBy(at, upstreams.get(at.jobId) ?? [], runs);
    if (before === null || chain.includes(before)) break;
    chain.unshift(before);
    at = before;
  }
  return chain;
}

function heldUpBy(bar: Bar, links: readonly Link[], runs: ReadonlyMap<number, readonly Bar[]>): Bar | null {
  let last: Bar | null = null;
  for (const { upstreamId } of links) {
    for (const run of runs.get(upstreamId) ?? []) {
      const waitMs = bar.fromMs - run.toMs;
      if (run.state === 'running' || waitMs < -CLOCK_DOUBT_MS || waitMs > LONGEST_WAIT_MS) continue;
      if (run.fromMs >= bar.fromMs) continue;
      if (last === null || run.toMs > last.toMs) last = run;
    }
  }
  return last;
}

/** Of all chains the one that took longest from its first start to its last end; null where nothing waited. */
export function criticalPath(bars: readonly Bar[], follows: readonly Link[]): Bar[] | null {
  if (follows.length === 0) return null;
  const followers = new Set(follows.map(({ jobId }) => jobId));
  let longest: Bar[] | null = null;
  let longestMs = 0;
  for (const bar of bars) {
    if (!isRun(bar) || !followers.has(bar.jobId)) continue;
    const chain = chainOf(bar, bars, follows);
    const lengthMs = bar.toMs - chain[0]!.fromMs;
    if (chain.length > 1 && lengthMs > longestMs) [longest, longestMs] = [chain, lengthMs];
  }
  return longest;
}
