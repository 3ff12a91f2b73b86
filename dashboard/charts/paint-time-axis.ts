import type { Format } from '../format.ts';
import type { Palette } from './palette.ts';
import { timeTicks } from './ticks.ts';
import type { TimeWindow } from './time-window.ts';

export interface Plot {
  left: number;
  top: number;
  width: number;
  height: number;
}

const LABEL_PX = 88;
export const FONT = '12px Inter, "Segoe UI", system-ui, "Noto Sans", sans-serif';
const BOLD = `600 ${FONT}`;

/** Where an instant stands. */
export const xOf = ({ left, width }: Plot, { fromMs, toMs }: TimeWindow, atMs: number): number =>
  left + ((atMs - fromMs) / (toMs - fromMs)) * width;

/** Lines and words of time, the words below (or above) the plot. */
export function paintTimeAxis(
  context: CanvasRenderingContext2D,
  plot: Plot,
  window: TimeWindow,
  format: Format,
  palette: Palette,
  words: 'below' | 'above' = 'below',
): void {
  const ticks = timeTicks(window, Math.max(2, Math.floor(plot.width / LABEL_PX)));
  context.textAlign = 'center';
  context.textBaseline = words === 'below' ? 'top' : 'bottom';
  context.lineWidth = 1;
  const y = words === 'below' ? plot.top + plot.height + 7 : plot.top - 7;
  for (const { atMs, isMajor, unit } of ticks) {
    const x = Math.round(xOf(plot, window, atMs)) + 0.5;
    context.strokeStyle = palette.line;
    context.beginPath();
    context.moveTo(x, plot.top);
    context.lineTo(x, plot.top + plot.height);
    context.stroke();
    context.font = isMajor ? BOLD : FONT;
    context.fillStyle = isMajor ? palette.ink : palette.muted;
    const text = format.tick(atMs, unit, isMajor);
    const half = context.measureText(text).width / 2;
    if (x - half >= plot.left - 30) context.fillText(text, Math.min(x, plot.left + plot.width - half + 8), y);
  }
}
