import { DAY_MS } from '../../features/feature.ts';
import { quantile } from '../quantile.ts';
import { type LearnedRhythm, ruleOf, type Watch } from './learn-times.ts';
import { type LocalDays, localDays } from './local-days.ts';
import type { ZoneClock } from './zone-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
/** Steps of a cron's minutes and hours: those that fill a day. */
const STEPS = [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 18, 20, 24, 30, 32, 36, 40, 45, 48, 60];
/** A usual gap of more is that of fixed times. */
const MOST_GAP_MINUTES = 80;
const LEAST_RUNS = 12;
/** So many gaps tell the step. */
const GAPS = 500;
/** The part of the step in which nearly all start. */
const ARC_SHARE = 0.9;
/** The last days with runs say at which times of the day it runs. */
const DAYS_FOR_WINDOWS = 28;
/** Starts that are the only one of their step, and steps of a window that have one. */
const LEAST_SINGLE = 0.8;
const LEAST_FILLED = 0.6;

interface Grid {
  step: number;
  phase: number;
  /** Nominal day and minute of each start. */
  day: Int32Array;
  minute: Int32Array;
  /** Starts that are the first of their step. */
  isFirst: Uint8Array;
  singleShare: number;
}

/** Every n minutes in windows of the day; null when the starts keep no such step. */
export function learnWindows(watch: Watch, clock: ZoneClock): LearnedRhythm | null {
  const { startedAt, asOfMs, calendar, former } = watch;
  if (startedAt.length < LEAST_RUNS) return null;
  const gap = usualGapMinutes(startedAt);
  if (gap > MOST_GAP_MINUTES) return null;
  const local = localDays(startedAt, clock);
  let grid: Grid | null = null;
  // The nearest to the gap first: every shorter step has one start at most as well.
  const away = (step: number) => Math.abs(Math.log(step / gap));
  const steps = STEPS.filter((step) => step > 0.7 * gap && step < 1.45 * gap).sort(
    (a, b) => away(a) - away(b),
  );
  for (const step of steps.slice(0, 3)) {
    const candidate = gridOf(local, step);
    if (grid === null || candidate.singleShare > grid.singleShare + 0.1) grid = candidate;
  }
  if (grid === null || grid.singleShare < LEAST_SINGLE) return null;

  const { days, windows, filled, distance } = windowsOf(grid, local.cutMinute);
  if (windows.length === 0 || filled < LEAST_FILLED) return null;
  const firstDay = Math.floor((clock.toLocal(startedAt[0]!) - local.cutMinute * MINUTE_MS) / DAY_MS);
  const today = Math.floor((clock.toLocal(asOfMs) - local.cutMinute * MINUTE_MS) / DAY_MS);
  const shift = windows.every(({ fromMinute }) => fromMinute >= DAY_MINUTES) ? 1 : 0;
  // The first day may have begun before the first run that is known, today is not over.
  const watched = {
    active: days.filter((day) => day > firstDay && day < today).map((day) => day + shift),
    from: firstDay + 1 + shift,
    to: today - 1 + shift,
  };
  const rule = ruleOf(watched, calendar, former);
  if (rule === null) return null;
  return {
    rhythm: {
      kind: 'windows',
      timeZone: clock.timeZone,
      days: rule,
      everyMinutes: grid.step,
      windows: windows.map(({ fromMinute, untilMinute }) => ({
        fromMinute: fromMinute - shift * DAY_MINUTES,
        untilMinute: untilMinute - shift * DAY_MINUTES,
      })),
    },
    distance,
  };
}

function usualGapMinutes(startedAt: Float64Array): number {
  const gaps = new Float64Array(Math.min(startedAt.length - 1, GAPS));
  const first = startedAt.length - gaps.length;
  for (let i = 0; i < gaps.length; i++)
    gaps[i] = (startedAt[first + i]! - startedAt[first + i - 1]!) / MINUTE_MS;
  return quantile(gaps.sort(), 0.5);
}

function gridOf({ cutMinute, day, minute }: LocalDays, step: number): Grid {
  const phase = phaseOf(minute, step);
  const n = minute.length;
  const grid: Grid = {
    step,
    phase,
    day: new Int32Array(n),
    minute: new Int32Array(n),
    isFirst: new Uint8Array(n),
    singleShare: 0,
  };
  let firsts = 0;
  for (let i = 0; i < n; i++) {
    let nominal = phase + step * Math.floor((minute[i]! - phase) / step);
    let nominalDay = day[i]!;
    if (nominal < cutMinute) {
      nominal += DAY_MINUTES;
      nominalDay--;
    }
    grid.day[i] = nominalDay;
    grid.minute[i] = nominal;
    if (i > 0 && grid.day[i - 1] === nominalDay && grid.minute[i - 1] === nominal) continue;
    grid.isFirst[i] = 1;
    firsts++;
  }
  grid.singleShare = firsts / n;
  return grid;
}

/** The minute of the step at which the shortest stretch begins that holds nearly all starts. */
function phaseOf(minute: Float64Array, step: number): number {
  const bins = new Uint32Array(step);
  for (let i = 0; i < minute.length; i++) bins[Math.floor(minute[i]! + 0.3) % step]!++;
  const needed = ARC_SHARE * minute.length;
  let best = { length: step + 1, from: 0, inside: 0 };
  for (let from = 0; from < step; from++) {
    let inside = 0;
    let length = 0;
    while (inside < needed && length < step) inside += bins[(from + length++) % step]!;
    if (length < best.length || (length === best.length && inside > best.inside))
      best = { length, from, inside };
  }
  return best.from;
}

/** The stretches of the day in which most days have a start in every step. */
function windowsOf(grid: Grid, cutMinute: number) {
  const { step, phase, day, minute, isFirst } = grid;
  const perDay = new Map<number, number>();
  for (let i = 0; i < day.length; i++) {
    if (isFirst[i] === 1) perDay.set(day[i]!, (perDay.get(day[i]!) ?? 0) + 1);
  }
  const usual = quantile(Float64Array.from(perDay.values()).sort(), 0.5);
  const days = [...perDay].filter(([, count]) => count >= 0.4 * usual).map(([one]) => one);
  const recent = new Set(days.slice(-DAYS_FOR_WINDOWS));
  const first = phase + step * Math.ceil((cutMinute - phase) / step);
  const steps = Math.ceil((cutMinute + DAY_MINUTES - first) / step);
  const counts = new Uint32Array(steps);
  for (let i = 0; i < day.length; i++) {
    if (isFirst[i] === 1 && recent.has(day[i]!)) counts[(minute[i]! - first) / step]!++;
  }
  const needed = 0.5 * quantile(Float64Array.from(counts).sort(), 0.9);
  const isOpen = (at: number) => counts[at]! >= needed && counts[at]! > 0;
  const windows: { fromMinute: number; untilMinute: number }[] = [];
  let filled = 0;
  let open = 0;
  for (let at = 0; at < steps; at++) {
    // One step that is often left out does not split a window, and a day has no end.
    const bridged =
      isOpen((at + steps - 1) % steps) && isOpen((at + 1) % steps) && counts.length * step >= DAY_MINUTES;
    if (!isOpen(at) && !bridged) continue;
    open++;
    filled += counts[at]!;
    const fromMinute = first + at * step;
    const last = windows.at(-1);
    if (last?.untilMinute === fromMinute) last.untilMinute += step;
    else windows.push({ fromMinute, untilMinute: fromMinute + step });
  }
  const allDay = windows.length === 1 && open === steps && steps * step >= DAY_MINUTES;
  if (allDay) windows[0] = { fromMinute: phase, untilMinute: DAY_MINUTES };
  return {
    days,
    windows: open < 2 ? [] : windows,
    filled: open === 0 ? 0 : filled / (open * recent.size),
    distance: outside(grid, windows, allDay),
  };
}

/** Share of starts outside all windows, as minutes of a step: in the wrong zone a clock change moves their edges. */
function outside(
  { step, minute }: Grid,
  windows: readonly { fromMinute: number; untilMinute: number }[],
  allDay: boolean,
): number {
  if (allDay) return 0;
  let count = 0;
  for (let i = 0; i < minute.length; i++) {
    if (!windows.some(({ fromMinute, untilMinute }) => minute[i]! >= fromMinute && minute[i]! < untilMinute))
      count++;
  }
  return (step * count) / minute.length;
}
