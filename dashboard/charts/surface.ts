import { element } from '../element.ts';
import { watchScheme } from '../frame/scheme.ts';

export interface Surface {
  canvas: HTMLCanvasElement;
  /** Of what can be painted on, CSS pixels. */
  size(): { width: number; height: number };
  setHeight(height: number): void;
  /** Paints before the next frame; asked many times, once. */
  repaint(): void;
  close(): void;
}

/**
 * A canvas that is as wide as its place and as sharp as the screen. It paints anew when its width or the colours of the
 * page change.
 */
export function createSurface(
  height: number,
  paint: (context: CanvasRenderingContext2D, size: { width: number; height: number }) => void,
): Surface {
  const canvas = element('canvas', { 'aria-hidden': 'true' });
  const context = canvas.getContext('2d')!;
  let size = { width: 0, height };
  let frame = 0;

  const paintNow = () => {
    frame = 0;
    const { width } = canvas.getBoundingClientRect();
    if (width === 0) return;
    const sharp = devicePixelRatio || 1;
    size = { width, height: size.height };
    const [wide, high] = [Math.round(width * sharp), Math.round(size.height * sharp)];
    // Setting either clears the canvas and costs, also where it is the same.
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== high) canvas.height = high;
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    context.clearRect(0, 0, width, size.height);
    paint(context, size);
  };
  const repaint = () => {
    if (frame === 0) frame = requestAnimationFrame(paintNow);
  };
  const observer = new ResizeObserver(repaint);
  observer.observe(canvas);
  const unwatch = watchScheme(repaint);
  canvas.style.height = `${height}px`;

  return {
    canvas,
    size: () => size,
    setHeight(next) {
      if (next === size.height) return;
      size = { ...size, height: next };
      canvas.style.height = `${next}px`;
      repaint();
    },
    repaint,
    close() {
      cancelAnimationFrame(frame);
      observer.disconnect();
      unwatch();
    },
  };
}
