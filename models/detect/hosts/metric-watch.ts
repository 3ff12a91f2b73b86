import { type Alarm, nextAlarm } from './alarm.ts';
import { kindOfMetric } from './metric-class.ts';
import { judgeLimit, judgeUnusual, NEW_NORMAL_MS, scaled } from './metric-rules.ts';
import { type Extremes, noExtremes, noveltyOf, widen } from './novelty.ts';
import { learnUsual, noSeasonalLevel, type SeasonalLevel, usualAt } from './seasonal-level.ts';

/**
 * Everything known of one metric of one host; plain JSON of a few kilobytes, so that it can be stored and continued.
 * A sample is judged by what was known before it, and only then learned. Instants are epoch milliseconds.
 */
export interface MetricWatch {
  version: typeof WATCH_VERSION;
  seen: number;
  lastMs: number;
  /** Usual time between samples; 0: only one was seen. */
  stepMs: number;
  /** The longest times without anything new in the last month, the longest first. */
  waits: { ms: number; at: number }[];
  /** The last ones, the oldest first; `distance` from the usual on the scale of the metric, null: not known. */
  recent: { value: number; distance: number | null }[];
  /** Of the lowest and of the highest of the last ones. */
  lows: Extremes;
  highs: Extremes;
  /** How new what was seen last is, 0 to 1, once a day unless it becomes worse. */
  novelty: number;
  told: { at: number; novelty: number } | null;
  usual: SeasonalLevel;
  /** The same value since, for how many samples; how often a sample equals the one before; the longest such time. */
  same: { value: number; sinceMs: number; count: number; share: number; longestMs: number };
  /** The highest of each of the last days, the oldest first. */
  peaks: { day: number; ts: number; value: number }[];
  beyondLimit: Alarm | null;
  unusual: Alarm | null;
  fullSoon: { sinceMs: number } | null;
}

/** Watches of another version are learned anew. */
export const WATCH_VERSION = 1;

/** Samples whose lowest and highest are compared with the past: an hour of five-minute samples. */
export const RECENT = 12;
const DAY_MS = 86_400_000;
const PEAK_DAYS = 15;
/** The first instant that there is. */
const BEFORE_ALL_MS = -8.64e15;
const WAITS = 3;
const WAITS_MS = 30 * DAY_MS;
/** About so many samples make the usual step and the share of equal ones. */
const STEP_SPAN = 50;
const SAME_SPAN = 500;

export const startWatch = (): MetricWatch => ({
  version: WATCH_VERSION,
  seen: 0,
  lastMs: BEFORE_ALL_MS,
  stepMs: 0,
  waits: [],
  recent: [],
  lows: noExtremes(),
  highs: noExtremes(),
  novelty: 0,
  told: null,
  usual: noSeasonalLevel(),
  same: { value: 0, sinceMs: 0, count: 0, share: 0, longestMs: 0 },
  peaks: [],
  beyondLimit: null,
  unusual: null,
  fullSoon: null,
});

/** A watch that can go on without changing the given one. */
export const copyOf = (watch: MetricWatch): MetricWatch => ({
  ...watch,
  recent: [...watch.recent],
  lows: { ...watch.lows },
  highs: { ...watch.highs },
  usual: { any: watch.usual.any, hours: [...watch.usual.hours] },
  same: { ...watch.same },
  peaks: [...watch.peaks],
});

/**
 * Reads one sample into the watch, in place. One that is not later than the last, or is no number, changes nothing.
 *
 * @param knownAtMs when it could be known
 */
export function watchSample(
  watch: MetricWatch,
  metric: string,
  ts: number,
  value: number,
  knownAtMs: number = ts,
): void {
  if (ts <= watch.lastMs || !Number.isFinite(value)) return;
  const kind = kindOfMetric(metric);
  const usual = usualAt(watch.usual, ts);
  const y = scaled(kind, value);
  watchTime(watch, ts, knownAtMs);
  watch.recent.push({ value, distance: usual === null ? null : y - usual.level });
  if (watch.recent.length > RECENT) watch.recent.shift();
  watchNovelty(watch, ts);
  watchSame(watch, ts, value);
  watchPeak(watch, ts, value);
  watch.beyondLimit = nextAlarm(watch.beyondLimit, judgeLimit(kind, ts, value, watch.usual.any));
  const unusual = judgeUnusual(kind, ts, value, watch, usual);
  if (unusual !== null) watch.unusual = nextAlarm(watch.unusual, unusual);
  // What is being told of is no norm, until it has lasted so long that it is one.
  const isStrange = watch.unusual !== null || watch.beyondLimit !== null;
  const lastsMs = watch.unusual === null ? 0 : ts - watch.unusual.sinceMs;
  learnUsual(watch.usual, ts, y, isStrange && lastsMs < NEW_NORMAL_MS ? 0.1 : 1);
  watch.seen++;
  watch.lastMs = ts;
}

function watchTime(watch: MetricWatch, ts: number, knownAtMs: number): void {
  if (watch.seen === 0) return;
  const step = ts - watch.lastMs;
  // A gap is no step.
  const counted = watch.stepMs === 0 ? step : Math.min(step, 3 * watch.stepMs);
  watch.stepMs += (counted - watch.stepMs) / Math.min(watch.seen, STEP_SPAN);
  const waited = Math.max(step, knownAtMs - watch.lastMs);
  const kept = watch.waits.filter(({ at }) => ts - at <= WAITS_MS);
  kept.push({ ms: waited, at: ts });
  kept.sort((a, b) => b.ms - a.ms || b.at - a.at);
  watch.waits = kept.slice(0, WAITS);
}

function watchNovelty(watch: MetricWatch, ts: number): void {
  watch.novelty = 0;
  if (watch.recent.length < RECENT) return;
  const values = watch.recent.map(({ value }) => value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const novelty = Math.max(Math.abs(noveltyOf(watch.lows, low)), Math.abs(noveltyOf(watch.highs, high)));
  widen(watch.lows, low);
  widen(watch.highs, high);
  if (watch.told !== null && ts - watch.told.at > DAY_MS) watch.told = null;
  if (novelty <= (watch.told?.novelty ?? 0)) return;
  watch.novelty = novelty;
  watch.told = { at: ts, novelty };
}

function watchSame(watch: MetricWatch, ts: number, value: number): void {
  const { same } = watch;
  const isSame = watch.seen > 0 && value === same.value;
  if (isSame) {
    same.count++;
    return;
  }
  if (watch.seen > 0) {
    same.longestMs = Math.max(same.longestMs, watch.lastMs - same.sinceMs);
    const equal = same.count - 1;
    same.share +=
      (equal / same.count - same.share) * Math.min(1, same.count / Math.min(watch.seen, SAME_SPAN));
  }
  Object.assign(same, { value, sinceMs: ts, count: 1 });
}

function watchPeak({ peaks }: MetricWatch, ts: number, value: number): void {
  const day = Math.floor(ts / DAY_MS);
  const last = peaks.at(-1);
  if (last === undefined || last.day < day) peaks.push({ day, ts, value });
  else if (value > last.value) peaks[peaks.length - 1] = { day, ts, value };
  if (peaks.length > PEAK_DAYS) peaks.shift();
}
