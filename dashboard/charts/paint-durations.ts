import type { Format } from '../format.ts';
import { type DurationPoint, type DurationScale, heightOf } from './duration-points.ts';
import { FONT, type Plot, paintTimeAxis, xOf } from './paint-time-axis.ts';
import type { Palette } from './palette.ts';
import { durationTicks, durationTicksOfLog } from './ticks.ts';
import type { TimeWindow } from './time-window.ts';

export interface DurationPicture {
  /** Those in the window and the one on either side, ascending. */
  points: readonly DurationPoint[];
  window: TimeWindow;
  scale: DurationScale;
  plot: Plot;
  /** The one that is pointed at. */
  chosen: DurationPoint | null;
}

const TWO_PI = 2 * Math.PI;

/** Axes, the band of what is normal, and every run in a shape of its own for each state. */
export function paintDurations(
  context: CanvasRenderingContext2D,
  picture: DurationPicture,
  format: Format,
  palette: Palette,
): void {
  const { plot, window } = picture;
  paintTimeAxis(context, plot, window, format, palette);
  paintDurationAxis(context, picture, format, palette);
  context.save();
  context.beginPath();
  context.rect(plot.left, plot.top - 8, plot.width, plot.height + 16);
  context.clip();
  paintBand(context, picture, palette);
  paintPoints(context, picture, palette);
  context.restore();
}

export const yOf = ({ top, height }: Plot, scale: DurationScale, durationMs: number): number =>
  top + height * (1 - heightOf(scale, durationMs));

function paintDurationAxis(
  context: CanvasRenderingContext2D,
  { plot, scale }: DurationPicture,
  format: Format,
  palette: Palette,
): void {
  const most = Math.max(2, Math.floor(plot.height / 44));
  const ticks = scale.isLog
    ? durationTicksOfLog(scale.leastMs, scale.mostMs, most)
    : durationTicks(scale.mostMs, most);
  context.font = FONT;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.lineWidth = 1;
  for (const ms of ticks) {
    const y = Math.round(yOf(plot, scale, ms)) + 0.5;
    context.strokeStyle = palette.line;
    context.beginPath();
    context.moveTo(plot.left, y);
    context.lineTo(plot.left + plot.width, y);
    context.stroke();
    context.fillStyle = palette.muted;
    context.fillText(ms === 0 ? '0' : format.duration(ms), plot.left - 8, y);
  }
}

/** Each stretch of runs with a known normal is one shape; where it is not known there is a gap. */
function paintBand(
  context: CanvasRenderingContext2D,
  { points, window, scale, plot }: DurationPicture,
  palette: Palette,
): void {
  const stretches: DurationPoint[][] = [];
  let stretch: DurationPoint[] = [];
  for (const point of points) {
    if (point.usual !== null) stretch.push(point);
    else if (point.durationMs !== null && stretch.length > 0) {
      stretches.push(stretch);
      stretch = [];
    }
  }
  stretches.push(stretch);
  for (const known of stretches) {
    if (known.length === 0) continue;
    const drawn = byColumn(known, plot, window);
    const line = (value: 'leastMs' | 'middleMs' | 'mostMs', list: readonly DurationPoint[]) => {
      // One run alone has a band as wide as its mark.
      const wide = drawn.length === 1 ? 6 : 0;
      for (const point of list) {
        const x = xOf(plot, window, point.atMs);
        const y = yOf(plot, scale, point.usual![value]);
        context.lineTo(x - wide, y);
        if (wide > 0) context.lineTo(x + wide, y);
      }
    };
    context.beginPath();
    line('mostMs', drawn);
    line('leastMs', drawn.toReversed());
    context.closePath();
    context.fillStyle = palette.band;
    context.fill();
    context.beginPath();
    line('middleMs', drawn);
    context.strokeStyle = palette.accent;
    context.lineWidth = 1.2;
    context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
  }
}

/** Of each column of pixels the first: more of them only cost time. */
function byColumn(points: readonly DurationPoint[], plot: Plot, window: TimeWindow): DurationPoint[] {
  let column = Number.NaN;
  return points.filter((point) => {
    const own = Math.floor(xOf(plot, window, point.atMs));
    const isFirst = own !== column;
    column = own;
    return isFirst;
  });
}

/** From so many on, marks are squares: an outline of thousands of circles takes a second to fill without a graphics card. */
const MANY = 1500;

/** All marks of a state at once, ten thousand within a frame. */
function paintPoints(
  context: CanvasRenderingContext2D,
  { points, window, scale, plot, chosen }: DurationPicture,
  palette: Palette,
): void {
  const bottom = plot.top + plot.height;
  const isMany = points.length > MANY;
  const radius = points.length > 400 ? 2.2 : 3;
  const placeOf = (point: DurationPoint): [number, number] => [
    xOf(plot, window, point.atMs),
    point.durationMs === null ? bottom : yOf(plot, scale, point.durationMs),
  ];
  const ofStatus = (status: DurationPoint['status'], draw: (x: number, y: number) => void) => {
    context.beginPath();
    for (const point of points) if (point.status === status) draw(...placeOf(point));
  };
  context.fillStyle = palette.good;
  const seen = new Set<number>();
  ofStatus('succeeded', (x, y) => {
    if (isMany) {
      // What covers the same pixel is painted once.
      const pixel = Math.round(x) * 10_000 + Math.round(y);
      if (seen.has(pixel)) return;
      seen.add(pixel);
      context.fillRect(Math.round(x) - 1, Math.round(y) - 1, 3, 3);
    } else {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, TWO_PI);
    }
  });
  context.fill();
  ofStatus('cancelled', (x, y) => {
    context.moveTo(x - 4, y);
    context.lineTo(x + 4, y);
  });
  context.strokeStyle = palette.muted;
  context.lineWidth = 2;
  context.stroke();
  ofStatus('running', (x, y) => {
    context.moveTo(x + 4, y);
    context.arc(x, y, 4, 0, TWO_PI);
  });
  context.strokeStyle = palette.busy;
  context.stroke();
  ofStatus('failed', (x, y) => {
    context.moveTo(x - 4, y - 4);
    context.lineTo(x + 4, y + 4);
    context.moveTo(x + 4, y - 4);
    context.lineTo(x - 4, y + 4);
  });
  context.strokeStyle = palette.bad;
  context.lineWidth = 2.2;
  context.stroke();
  if (chosen === null) return;
  const [x, y] = placeOf(chosen);
  context.beginPath();
  context.arc(x, y, 8, 0, TWO_PI);
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  context.stroke();
}
