import { type Plot, xOf } from '../charts/paint-time-axis.ts';
import type { TimeWindow } from '../charts/time-window.ts';
import type { Bar, Night } from './night.ts';

const HOST_PX = 26;
const AFTER_HOST_PX = 8;
/** Lanes are thin where there are many: a screen holds some fifty. */
const LANE_PX = { many: 12, some: 18, few: 24 };
const MANY_LANES = 90;
const SOME_LANES = 40;
const LEAST_BAR_PX = 4;
/** Browsers paint no higher canvas. */
const MOST_PX = 8_000;

export interface Rows {
  lanePx: number;
  /** Top of each server's name, in the order of the night. */
  hostTops: number[];
  height: number;
}

/** Where the servers stand, below one another. */
export function rowsOf({ hosts }: Night): Rows {
  const lanes = hosts.reduce((sum, host) => sum + host.lanes, 0);
  const fixed = hosts.length * (HOST_PX + AFTER_HOST_PX);
  const wanted = lanes > MANY_LANES ? LANE_PX.many : lanes > SOME_LANES ? LANE_PX.some : LANE_PX.few;
  const lanePx = Math.max(3, Math.min(wanted, Math.floor((MOST_PX - fixed) / Math.max(1, lanes))));
  let top = 0;
  const hostTops = hosts.map((host) => {
    const own = top;
    top += HOST_PX + host.lanes * lanePx + AFTER_HOST_PX;
    return own;
  });
  return { lanePx, hostTops, height: Math.max(top, HOST_PX) };
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where a bar stands; short ones keep a width that can be seen and pointed at. */
export function boxOf(
  bar: Bar,
  hostIndex: number,
  { lanePx, hostTops }: Rows,
  plot: Plot,
  window: TimeWindow,
): Box {
  const x = xOf(plot, window, bar.fromMs);
  const gap = lanePx > 14 ? 3 : 1;
  return {
    x,
    y: plot.top + hostTops[hostIndex]! + HOST_PX + bar.lane * lanePx,
    width: Math.max(LEAST_BAR_PX, xOf(plot, window, bar.toMs) - x),
    height: lanePx - gap,
  };
}
