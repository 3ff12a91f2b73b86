import { FONT, type Plot, paintTimeAxis, xOf } from '../charts/paint-time-axis.ts';
import type { Palette } from '../charts/palette.ts';
import type { TimeWindow } from '../charts/time-window.ts';
import type { Format } from '../format.ts';
import { type Box, boxOf, type Rows } from './geometry.ts';
import type { Bar, Night } from './night.ts';

export interface NightPicture {
  night: Night;
  rows: Rows;
  window: TimeWindow;
  plot: Plot;
  nowMs: number;
  /** Runs that each waited for the one before. */
  path: readonly Bar[];
  chosen: Bar | null;
  hostName: (host: string | null) => string;
}

const LEAST_LABEL_PX = 34;
const HOST_FONT = `600 ${FONT}`;
const SMALL_FONT = FONT.replace('12px', '11px');

/** The servers below one another, each with its runs and what it waits for. */
export function paintNight(
  context: CanvasRenderingContext2D,
  picture: NightPicture,
  format: Format,
  palette: Palette,
): void {
  const { night, rows, window, plot, nowMs, path, chosen, hostName } = picture;
  paintTimeAxis(context, plot, window, format, palette, 'above');
  const onPath = new Set(path);
  context.save();
  context.beginPath();
  context.rect(plot.left, 0, plot.width, plot.top + plot.height);
  context.clip();
  night.hosts.forEach(({ host, bars }, index) => {
    const top = plot.top + rows.hostTops[index]!;
    context.fillStyle = palette.ink;
    context.font = HOST_FONT;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.fillText(hostName(host), plot.left + 6, top + 14);
    context.strokeStyle = palette.line;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(plot.left, Math.round(top) + 0.5);
    context.lineTo(plot.left + plot.width, Math.round(top) + 0.5);
    context.stroke();
    for (const bar of bars) {
      const endMs = Math.max(bar.toMs, bar.expectedEndMs ?? bar.toMs);
      if (endMs < window.fromMs || (bar.dueMs ?? bar.fromMs) > window.toMs) continue;
      if (bar.fromMs > window.toMs) continue;
      paintBar(context, bar, boxOf(bar, index, rows, plot, window), picture, palette, onPath.has(bar));
    }
  });
  paintPath(context, picture, palette);
  if (nowMs >= window.fromMs && nowMs <= window.toMs) {
    const x = Math.round(xOf(plot, window, nowMs)) + 0.5;
    context.strokeStyle = palette.busy;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x, plot.top - 4);
    context.lineTo(x, plot.top + plot.height);
    context.stroke();
  }
  if (chosen !== null) {
    const index = night.hosts.findIndex(({ bars }) => bars.includes(chosen));
    if (index >= 0) {
      const { x, y, width, height } = boxOf(chosen, index, rows, plot, window);
      context.strokeStyle = palette.ink;
      context.lineWidth = 2;
      context.strokeRect(x - 3, y - 3, width + 6, height + 6);
    }
  }
  context.restore();
}

const COLOURS: Record<Bar['state'], keyof Palette> = {
  succeeded: 'good',
  failed: 'bad',
  running: 'busy',
  cancelled: 'muted',
  due: 'muted',
  missing: 'bad',
  waived: 'muted',
};
/** What stands before the name: a state is told by its sign as well. */
const SIGNS: Record<Bar['state'], string> = {
  succeeded: '',
  failed: '✕ ',
  running: '▸ ',
  cancelled: '– ',
  due: '◦ ',
  missing: '! ',
  waived: '~ ',
};

function paintBar(
  context: CanvasRenderingContext2D,
  bar: Bar,
  box: Box,
  { plot, window }: NightPicture,
  palette: Palette,
  isOnPath: boolean,
): void {
  const { x, y, width, height } = box;
  const colour = palette[COLOURS[bar.state]];
  const isSlot = bar.state === 'due' || bar.state === 'missing' || bar.state === 'waived';
  if (bar.expectedEndMs !== null && bar.expectedEndMs > bar.toMs) {
    const endX = xOf(plot, window, bar.expectedEndMs);
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    context.strokeRect(x + width, y + 0.5, endX - x - width, height - 1);
    context.setLineDash([]);
  }
  // A failure is filled, all else is tinted: it is seen without its colour.
  context.fillStyle = colour;
  context.globalAlpha = bar.state === 'failed' ? 1 : isSlot ? 0 : 0.2;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = isOnPath ? 2.5 : 1;
  if (isSlot) context.setLineDash([4, 3]);
  if (isSlot || isOnPath || width > 8)
    context.strokeRect(x + 0.5, y + 0.5, Math.max(1, width - 1), height - 1);
  else context.fillRect(x, y, width, height);
  context.setLineDash([]);
  if (bar.state === 'failed') paintFailure(context, x + width / 2, y, palette);
  if (bar.dueMs !== null && !isSlot) paintDue(context, xOf(plot, window, bar.dueMs), box, bar, palette);
  const left = Math.max(x, plot.left);
  const room = Math.min(x + width, plot.left + plot.width) - left;
  if (room < LEAST_LABEL_PX || height < 11) return;
  context.save();
  context.beginPath();
  context.rect(left, y, room - 3, height);
  context.clip();
  context.fillStyle = bar.state === 'failed' ? palette.surface : palette.ink;
  context.font = SMALL_FONT;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(SIGNS[bar.state] + bar.job, left + 5, y + height / 2 + 0.5);
  context.restore();
}

/** Too short for a sign in it, a failure still has one on it. */
function paintFailure(context: CanvasRenderingContext2D, x: number, y: number, palette: Palette): void {
  context.fillStyle = palette.bad;
  context.beginPath();
  context.moveTo(x - 5, y - 5);
  context.lineTo(x + 5, y - 5);
  context.lineTo(x, y + 1);
  context.fill();
}

/** When it was due: a notch, joined to its run where that was late. */
function paintDue(
  context: CanvasRenderingContext2D,
  x: number,
  box: Box,
  { isLate }: Bar,
  palette: Palette,
): void {
  const middle = box.y + box.height / 2;
  context.strokeStyle = isLate ? palette.warn : palette.muted;
  context.lineWidth = isLate ? 2 : 1;
  context.beginPath();
  context.moveTo(x, box.y);
  context.lineTo(x, box.y + box.height);
  if (isLate) {
    context.moveTo(x, middle);
    context.lineTo(box.x, middle);
  }
  context.stroke();
}

/** Lines from each end to the start that waited for it. */
function paintPath(
  context: CanvasRenderingContext2D,
  { night, rows, plot, window, path }: NightPicture,
  palette: Palette,
): void {
  const indexOf = (bar: Bar) => night.hosts.findIndex(({ bars }) => bars.includes(bar));
  context.strokeStyle = palette.accent;
  context.lineWidth = 2;
  for (const [index, bar] of path.entries()) {
    const before = path[index - 1];
    if (before === undefined) continue;
    const from = boxOf(before, indexOf(before), rows, plot, window);
    const to = boxOf(bar, indexOf(bar), rows, plot, window);
    const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
    const [x2, y2] = [to.x, to.y + to.height / 2];
    context.beginPath();
    context.moveTo(x1, y1);
    const bend = Math.max(12, Math.abs(x2 - x1) / 2);
    context.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
    context.stroke();
    context.beginPath();
    context.moveTo(x2 - 6, y2 - 4);
    context.lineTo(x2, y2);
    context.lineTo(x2 - 6, y2 + 4);
    context.stroke();
  }
}
