import type { View } from '../view.ts';
import { type DurationPoint, durationScale, firstFrom } from './duration-points.ts';
import { type ChartMove, createChartFrame } from './frame-of-chart.ts';
import { paintDurations, yOf } from './paint-durations.ts';
import { type Plot, xOf } from './paint-time-axis.ts';
import { type Palette, paletteOf } from './palette.ts';
import { createSurface } from './surface.ts';
import { moved, type TimeWindow, type WindowLimits, zoomed } from './time-window.ts';
import { controlWindow } from './window-control.ts';

interface DurationChartOptions<Point extends DurationPoint> {
  view: View;
  label: string;
  limits: WindowLimits;
  /** What to say of a run, a line each. */
  describe: (point: Point) => string[];
  onWindow: (window: TimeWindow, isDone: boolean) => void;
  onReset: () => void;
}

export interface DurationChart<Point extends DurationPoint> {
  element: HTMLElement;
  /** @param points ascending by `atMs` */
  show(points: readonly Point[], window: TimeWindow): void;
  close(): void;
}

const HEIGHT_PX = 280;
/** So near the pointer has to be. */
const REACH_PX = 24;

/** Durations of runs over time with what was normal of each, to be moved and zoomed. */
export function createDurationChart<Point extends DurationPoint>({
  view,
  label,
  limits,
  describe,
  onWindow,
  onReset,
}: DurationChartOptions<Point>): DurationChart<Point> {
  let points: readonly Point[] = [];
  let window: TimeWindow = { fromMs: 0, toMs: 1 };
  let chosen: Point | null = null;
  let palette: Palette | null = null;
  let scale = durationScale([]);

  const plotOf = ({ width, height }: { width: number; height: number }): Plot => ({
    left: 62,
    top: 14,
    width: Math.max(1, width - 62 - 14),
    height: height - 14 - 30,
  });
  const inWindow = (): readonly Point[] => {
    const from = firstFrom(points, window.fromMs);
    const to = firstFrom(points, window.toMs + 1);
    return points.slice(from, to);
  };
  const surface = createSurface(HEIGHT_PX, (context, size) => {
    palette = paletteOf(frame.surface);
    const from = Math.max(0, firstFrom(points, window.fromMs) - 1);
    const to = firstFrom(points, window.toMs + 1) + 1;
    const picture = { points: points.slice(from, to), window, scale, plot: plotOf(size), chosen };
    paintDurations(context, picture, view.format, palette);
  });
  const place = (next: TimeWindow, isDone: boolean) => {
    window = next;
    scale = durationScale(inWindow());
    choose(null);
    surface.repaint();
    onWindow(next, isDone);
  };
  const frame = createChartFrame(view.language, label, surface.canvas, (move) => {
    if (move === 'all') onReset();
    else place(windowAfter(move, window, limits), true);
  });
  const choose = (point: Point | null, isSpoken = false) => {
    if (point === chosen) return;
    chosen = point;
    const plot = plotOf(surface.size());
    const at = point && {
      x: xOf(plot, window, point.atMs),
      y: yOf(plot, scale, point.durationMs ?? 0),
    };
    frame.tell(point && describe(point), at ?? undefined, isSpoken);
    surface.repaint();
  };
  const nearest = (at: { x: number; y: number }): Point | null => {
    const plot = plotOf(surface.size());
    let best: Point | null = null;
    let least = REACH_PX ** 2;
    for (const point of inWindow()) {
      const dx = xOf(plot, window, point.atMs) - at.x;
      if (Math.abs(dx) > REACH_PX) continue;
      const dy = yOf(plot, scale, point.durationMs ?? 0) - at.y;
      const distance = dx ** 2 + dy ** 2;
      if (distance < least) [best, least] = [point, distance];
    }
    return best;
  };
  controlWindow(frame.surface, {
    window: () => window,
    limits,
    plot: () => plotOf(surface.size()),
    onWindow: place,
    onReset,
    onPoint: (at) => choose(at && nearest(at)),
    onPress: (at) => choose(nearest(at), true),
    onKey(key) {
      const shown = inWindow();
      const index = chosen === null ? -1 : shown.indexOf(chosen);
      const next = {
        ArrowLeft: index < 0 ? shown.length - 1 : Math.max(0, index - 1),
        ArrowRight: index < 0 ? 0 : Math.min(shown.length - 1, index + 1),
        Home: 0,
        End: shown.length - 1,
        Escape: -1,
      }[key];
      if (next === undefined) return false;
      choose(shown[next] ?? null, true);
      return true;
    },
  });

  return {
    element: frame.box,
    show(nextPoints, nextWindow) {
      points = nextPoints;
      window = nextWindow;
      scale = durationScale(inWindow());
      if (chosen !== null && !points.includes(chosen)) choose(null);
      surface.repaint();
    },
    close: surface.close,
  };
}

/** The window after a press of a button. */
export function windowAfter(
  move: Exclude<ChartMove, 'all'>,
  window: TimeWindow,
  limits: WindowLimits,
): TimeWindow {
  const middle = (window.fromMs + window.toMs) / 2;
  switch (move) {
    case 'earlier':
      return moved(window, -0.5);
    case 'later':
      return moved(window, 0.5);
    case 'closer':
      return zoomed(window, 0.5, middle, limits);
    case 'wider':
      return zoomed(window, 2, middle, limits);
  }
}
