import { windowAfter } from '../charts/duration-chart.ts';
import { createChartFrame } from '../charts/frame-of-chart.ts';
import type { Plot } from '../charts/paint-time-axis.ts';
import { paletteOf } from '../charts/palette.ts';
import { createSurface } from '../charts/surface.ts';
import type { TimeWindow, WindowLimits } from '../charts/time-window.ts';
import { controlWindow } from '../charts/window-control.ts';
import type { View } from '../view.ts';
import { boxOf, type Rows, rowsOf } from './geometry.ts';
import type { Bar, Night } from './night.ts';
import { paintNight } from './paint-night.ts';

interface NightChartOptions {
  view: () => View;
  label: string;
  limits: WindowLimits;
  describe: (bar: Bar) => string[];
  hostName: (host: string | null) => string;
  onWindow: (window: TimeWindow, isDone: boolean) => void;
  onReset: () => void;
  /** A run was pressed, or nothing was; with Enter its job is gone to. */
  onChoose: (bar: Bar | null) => void;
  onOpen: (bar: Bar) => void;
}

export interface NightChart {
  element: HTMLElement;
  show(shown: {
    night: Night;
    window: TimeWindow;
    nowMs: number;
    path: readonly Bar[];
    chosenKey: string | null;
  }): void;
  close(): void;
}

const TOP_PX = 30;
const NO_NIGHT: Night = { hosts: [], bars: [] };
/** Beside a short bar the pointer may be so far off. */
const REACH_PX = 5;

/** The servers of a night with their runs, to be moved and zoomed. */
export function createNightChart(options: NightChartOptions): NightChart {
  const { limits, describe, onWindow, onReset, onChoose, onOpen } = options;
  let night = NO_NIGHT;
  let rows: Rows = rowsOf(night);
  let window: TimeWindow = { fromMs: 0, toMs: 1 };
  let nowMs = 0;
  let path: readonly Bar[] = [];
  let chosen: Bar | null = null;
  let pointed: Bar | null = null;

  const plotOf = ({ width, height }: { width: number; height: number }): Plot => ({
    left: 8,
    top: TOP_PX,
    width: Math.max(1, width - 16),
    height: height - TOP_PX - 6,
  });
  const surface = createSurface(120, (context, size) => {
    const picture = {
      night,
      rows,
      window,
      nowMs,
      path,
      chosen: pointed ?? chosen,
      hostName: options.hostName,
    };
    paintNight(context, { ...picture, plot: plotOf(size) }, options.view().format, paletteOf(frame.surface));
  });
  const place = (next: TimeWindow, isDone: boolean) => {
    window = next;
    point(null);
    surface.repaint();
    onWindow(next, isDone);
  };
  const frame = createChartFrame(options.view().language, options.label, surface.canvas, (move) => {
    if (move === 'all') onReset();
    else place(windowAfter(move, window, limits), true);
  });
  const hostIndexOf = (bar: Bar) => night.hosts.findIndex(({ bars }) => bars.includes(bar));
  const point = (bar: Bar | null, isSpoken = false) => {
    if (bar === pointed && !isSpoken) return;
    pointed = bar;
    if (bar === null) frame.tell(null);
    else {
      const { x, y } = boxOf(bar, hostIndexOf(bar), rows, plotOf(surface.size()), window);
      frame.tell(describe(bar), { x: Math.max(x, 0), y }, isSpoken);
    }
    surface.repaint();
  };
  const barAt = (at: { x: number; y: number }): Bar | null => {
    const plot = plotOf(surface.size());
    let index = rows.hostTops.findLastIndex((top) => plot.top + top <= at.y);
    if (index < 0) index = 0;
    const found = night.hosts[index]?.bars.filter((bar) => {
      const { x, y, width, height } = boxOf(bar, index, rows, plot, window);
      return at.y >= y - 1 && at.y <= y + height + 1 && at.x >= x - REACH_PX && at.x <= x + width + REACH_PX;
    });
    // Of bars that share a pixel the shortest: the others have room elsewhere.
    return found?.toSorted((a, b) => a.toMs - a.fromMs - (b.toMs - b.fromMs))[0] ?? null;
  };
  const inOrder = (): Bar[] =>
    night.hosts
      .flatMap(({ bars }) => bars)
      .filter(({ fromMs, toMs }) => toMs >= window.fromMs && fromMs <= window.toMs);

  controlWindow(frame.surface, {
    window: () => window,
    limits,
    plot: () => plotOf(surface.size()),
    onWindow: place,
    onReset,
    onPoint: (at) => point(at && barAt(at)),
    onPress: (at) => onChoose(barAt(at)),
    onKey(key) {
      const bars = inOrder();
      const index = pointed === null ? -1 : bars.indexOf(pointed);
      if (key === 'Enter' && pointed !== null) {
        onOpen(pointed);
        return true;
      }
      const next = {
        ArrowLeft: Math.max(0, index - 1),
        ArrowRight: Math.min(bars.length - 1, index + 1),
        Home: 0,
        End: bars.length - 1,
        Escape: -1,
      }[key];
      if (next === undefined) return false;
      const bar = bars[next] ?? null;
      point(bar, true);
      onChoose(bar);
      return true;
    },
  });

  return {
    element: frame.box,
    show(shown) {
      ({ night, window, nowMs, path } = shown);
      rows = rowsOf(night);
      chosen = night.bars.find(({ key }) => key === shown.chosenKey) ?? null;
      pointed = pointed && (night.bars.find(({ key }) => key === pointed!.key) ?? null);
      if (pointed === null) frame.tell(null);
      surface.setHeight(TOP_PX + rows.height + 6);
      surface.repaint();
    },
    close: surface.close,
  };
}
