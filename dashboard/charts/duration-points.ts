import type { RunStatus } from '../../api/contract/runs.ts';

/** A run in a chart of durations. */
export interface DurationPoint {
  atMs: number;
  /** null: it runs, or nobody told. */
  durationMs: number | null;
  status: RunStatus;
  /** Between which durations it was normal, as far as that was known. */
  usual: { leastMs: number; middleMs: number; mostMs: number } | null;
}

/** Beyond this many times the middle, an axis that adds would press all others to the floor. */
const LOG_FROM = 12;

export interface DurationScale {
  isLog: boolean;
  leastMs: number;
  mostMs: number;
}

/** How far the axis of durations has to reach for what is shown, and whether it adds or multiplies. */
export function durationScale(shown: readonly DurationPoint[]): DurationScale {
  // Typed: they sort by number, and many at once.
  const durations = Float64Array.from(
    shown.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs])),
  ).sort();
  const bands = Float64Array.from(
    shown.flatMap(({ usual }) => (usual === null ? [] : [usual.mostMs])),
  ).sort();
  if (durations.length === 0) return { isLog: false, leastMs: 0, mostMs: 60_000 };
  const longest = durations.at(-1)!;
  const middle = Math.max(1, durations[Math.floor(durations.length / 2)]!);
  // A band may reach far where little is known; it is not worth an empty chart.
  const band = bands.length === 0 ? 0 : Math.min(bands[Math.floor(bands.length * 0.95)]!, 2 * longest);
  const mostMs = Math.max(longest, band, 1) * 1.06;
  const isLog = longest > LOG_FROM * middle;
  return { isLog, leastMs: isLog ? Math.max(1, durations[0]! / 1.2) : 0, mostMs };
}

/** Share of the height, 0 at the bottom; what is beyond stays at the edge. */
export function heightOf({ isLog, leastMs, mostMs }: DurationScale, durationMs: number): number {
  const share = isLog
    ? Math.log(Math.max(durationMs, leastMs) / leastMs) / Math.log(mostMs / leastMs)
    : durationMs / mostMs;
  return Math.min(1, Math.max(0, share));
}

/** Index of the first point at or after an instant; points ascend. */
export function firstFrom(points: readonly { atMs: number }[], atMs: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points[middle]!.atMs < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
