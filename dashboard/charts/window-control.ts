import { moved, type TimeWindow, type WindowLimits, zoomed } from './time-window.ts';

interface WindowControl {
  window: () => TimeWindow;
  limits: WindowLimits;
  /** Pixels of the surface between which the window lies. */
  plot: () => { left: number; width: number };
  /** `isDone`: the hand is off; only then is it worth reading or remembering. */
  onWindow: (window: TimeWindow, isDone: boolean) => void;
  /** All there is, or what is usually looked at. */
  onReset: () => void;
  /** The pointer is here, without a button; null: it left. Pixels of the surface. */
  onPoint: (at: { x: number; y: number } | null) => void;
  onPress: (at: { x: number; y: number }) => void;
  /** Other keys; returns whether it was one. */
  onKey: (key: string) => boolean;
}

const MOVE_SHARE = 0.2;
const ZOOM = 1.5;
/** Less is a click with an unsteady hand. */
const DRAG_FROM_PX = 4;
const SETTLE_MS = 250;

/**
 * Lets a chart's window be moved by dragging or Shift and arrows, and zoomed with Ctrl and the wheel, two fingers, `+`
 * and `-`; `0` shows all. The wheel alone scrolls the page and Tab leaves the chart, as everywhere.
 */
export function controlWindow(surface: HTMLElement, control: WindowControl): void {
  const { limits } = control;
  const pointers = new Map<number, { x: number; y: number }>();
  let pressed: { x: number; y: number; window: TimeWindow } | null = null;
  let isDragging = false;
  let pinched: { distance: number; window: TimeWindow } | null = null;
  let settling: ReturnType<typeof setTimeout> | undefined;

  const placeOf = (event: MouseEvent) => {
    const box = surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const instantAt = (x: number, { fromMs, toMs } = control.window()) => {
    const { left, width } = control.plot();
    return fromMs + ((x - left) / width) * (toMs - fromMs);
  };
  const settle = () => {
    clearTimeout(settling);
    settling = setTimeout(() => control.onWindow(control.window(), true), SETTLE_MS);
  };
  const distance = () => {
    const [one, other] = [...pointers.values()];
    return one && other ? Math.max(20, Math.abs(one.x - other.x)) : 20;
  };

  surface.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const at = placeOf(event);
    pointers.set(event.pointerId, at);
    if (pointers.size === 2) pinched = { distance: distance(), window: control.window() };
    pressed = { ...at, window: control.window() };
    isDragging = false;
  });
  surface.addEventListener('pointermove', (event) => {
    const at = placeOf(event);
    if (!pressed) {
      control.onPoint(at);
      return;
    }
    pointers.set(event.pointerId, at);
    if (pinched && pointers.size === 2) {
      const centre = [...pointers.values()].reduce((sum, { x }) => sum + x / 2, 0);
      const around = instantAt(centre, pinched.window);
      control.onWindow(zoomed(pinched.window, pinched.distance / distance(), around, limits), false);
      isDragging = true;
      return;
    }
    if (!isDragging && Math.abs(at.x - pressed.x) < DRAG_FROM_PX) return;
    if (!isDragging) surface.setPointerCapture(event.pointerId);
    isDragging = true;
    control.onPoint(null);
    control.onWindow(moved(pressed.window, (pressed.x - at.x) / control.plot().width), false);
  });
  const release = (event: PointerEvent) => {
    pointers.delete(event.pointerId);
    pinched = null;
    if (pressed && !isDragging && event.type === 'pointerup') control.onPress(placeOf(event));
    if (isDragging && pointers.size === 0) control.onWindow(control.window(), true);
    if (pointers.size === 0) {
      pressed = null;
      isDragging = false;
    }
  };
  surface.addEventListener('pointerup', release);
  surface.addEventListener('pointercancel', release);
  surface.addEventListener('pointerleave', () => !isDragging && control.onPoint(null));
  surface.addEventListener(
    'wheel',
    (event) => {
      const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!event.ctrlKey && !event.metaKey && !isSideways) return;
      event.preventDefault();
      const next = isSideways
        ? moved(control.window(), event.deltaX / control.plot().width)
        : zoomed(control.window(), Math.exp(event.deltaY / 300), instantAt(placeOf(event).x), limits);
      control.onWindow(next, false);
      settle();
    },
    { passive: false },
  );
  surface.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const window = control.window();
    const middle = (window.fromMs + window.toMs) / 2;
    const next = {
      '+': zoomed(window, 1 / ZOOM, middle, limits),
      '=': zoomed(window, 1 / ZOOM, middle, limits),
      '-': zoomed(window, ZOOM, middle, limits),
      ...(event.shiftKey && {
        ArrowLeft: moved(window, -MOVE_SHARE),
        ArrowRight: moved(window, MOVE_SHARE),
      }),
    }[event.key];
    if (next) {
      control.onWindow(next, false);
      settle();
    } else if (event.key === '0') control.onReset();
    else if (!control.onKey(event.key)) return;
    event.preventDefault();
  });
}
