import type { Judgement } from './alarm.ts';
import type { MetricKind } from './metric-class.ts';
import type { MetricWatch } from './metric-watch.ts';
import type { Level } from './seasonal-level.ts';

/** At this many percent a server is at its limit, and below the other it is no more. */
export const LIMITS = {
  cpu: { limit: 95, over: 90 },
  memory: { limit: 95, over: 91 },
  disk: { limit: 97, over: 95 },
  // A processor that waits for disks for four tenths of its time does little else.
  io: { limit: 40, over: 30 },
} as const satisfies Partial<Record<MetricKind['of'], { limit: number; over: number }>>;

/**
 * Unusual is what lies, in the middle of the last samples, so many spreads and so far from the usual of its hour, and
 * is worth telling of at all.
 */
const UNUSUAL: Partial<Record<MetricKind['of'], { spreads: number; away: number; least: number }>> = {
  cpu: { spreads: 5, away: 25, least: 80 },
  memory: { spreads: 5, away: 20, least: 85 },
  // On the scale of logarithms: twice the usual.
  io: { spreads: 2.5, away: Math.log(2), least: 5 },
  load: { spreads: 6, away: Math.log(3), least: 2 },
  // Of what has no limit that we know only what is far out of the usual is worth a word.
  network: { spreads: 8, away: Math.log(5), least: 1 },
  other: { spreads: 8, away: Math.log(5), least: 1 },
};

/** So many of the last samples are looked at; of fewer the middle is chance. */
const SAMPLES = 6;
/** Back to the usual below this share of what made it unusual. */
const OVER_SHARE = 0.5;
/** What lasts longer is the new norm. */
export const NEW_NORMAL_MS = 7 * 86_400_000;

/** Percent have a scale; what has no ceiling, and waiting, differs by factors. */
export const scaled = ({ of, isPercent }: MetricKind, value: number): number =>
  isPercent && of !== 'io' ? value : Math.sign(value) * Math.log1p(Math.abs(value));

const unscaled = ({ of, isPercent }: MetricKind, y: number): number =>
  isPercent && of !== 'io' ? y : Math.sign(y) * Math.expm1(Math.abs(y));

/** Whether a percentage is at the limit of the server. Memory that is always full, as of a database, is not. */
export function judgeLimit(kind: MetricKind, ts: number, value: number, any: Level): Judgement {
  const rule = kind.isPercent && kind.of in LIMITS ? LIMITS[kind.of as keyof typeof LIMITS] : undefined;
  const usual = any.seen > 0 ? unscaled(kind, any.level) : null;
  if (rule === undefined || value > 100.5) {
    return { ts, value, isBeyond: false, isOver: true, usual, limit: Number.MAX_VALUE };
  }
  const isAlways = kind.of !== 'disk' && any.seen >= 500 && usual !== null && usual >= rule.over;
  const { limit } = rule;
  return {
    ts,
    value,
    isBeyond: value >= limit && !isAlways,
    isOver: value < rule.over || isAlways,
    usual,
    limit,
  };
}

/** Whether the last samples together are unusual for their hours; null when that cannot be said. */
export function judgeUnusual(
  kind: MetricKind,
  ts: number,
  value: number,
  { recent }: Pick<MetricWatch, 'recent'>,
  usual: Level | null,
): Judgement | null {
  const rule = UNUSUAL[kind.of];
  if (rule === undefined || usual === null || recent.length < SAMPLES) return null;
  const last = recent.slice(-SAMPLES);
  if (last.some(({ distance }) => distance === null)) return null;
  const away = middleOf(last.map(({ distance }) => distance!));
  const middle = middleOf(last.map((one) => one.value));
  const needed = Math.max(rule.away, rule.spreads * usual.spread);
  const isBeyond = away >= needed && middle >= rule.least;
  const isOver = away < OVER_SHARE * needed || middle < OVER_SHARE * rule.least;
  const limit = Math.max(rule.least, unscaled(kind, usual.level + needed));
  return { ts, value, isBeyond, isOver, usual: unscaled(kind, usual.level), limit };
}

/** The lower of two middle ones: no single sample moves it far. */
function middleOf(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[(values.length - 1) >> 1]!;
}
