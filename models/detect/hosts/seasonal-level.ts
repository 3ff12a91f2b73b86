/**
 * What is usual at an hour of a working day or of a weekend: level and spread (mean distance from the level), each
 * learned so that a single value moves them by at most its share of the spread (Huber 1964,
 * https://doi.org/10.1214/aoms/1177703732).
 */
export interface SeasonalLevel {
  /** Of all hours together. */
  any: Level;
  /** 24 of working days, then 24 of weekends, in UTC. */
  hours: Level[];
}

export interface Level {
  seen: number;
  level: number;
  spread: number;
}

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** An hour that was seen less often is judged by all hours together. */
const LEAST_OF_HOUR = 9;
const LEAST_OF_ANY = 60;
/** The level is that of about so many values of an hour: three weeks of twenty-minute samples. */
const SPAN_OF_HOUR = 45;
const SPAN_OF_ANY = 1_500;
/** Beyond so many spreads a value counts as if it lay there. */
const MOST_SPREADS = 3;

const noLevel = (): Level => ({ seen: 0, level: 0, spread: 0 });

export const noSeasonalLevel = (): SeasonalLevel => ({
  any: noLevel(),
  hours: Array.from({ length: 2 * DAY_HOURS }, noLevel),
});

/** The 1st of January 1970 was a Thursday. */
function placeOf(ts: number): number {
  const hour = Math.floor(ts / HOUR_MS);
  const day = Math.floor(hour / DAY_HOURS);
  const weekday = (((day + 4) % 7) + 7) % 7;
  return hour - day * DAY_HOURS + (weekday === 0 || weekday === 6 ? DAY_HOURS : 0);
}

/**
 * What is usual at an instant: the highest of its hour and of those beside it, because work moves by an hour when the
 * clock is changed, and drifts. Null when too little was seen.
 */
export function usualAt({ any, hours }: SeasonalLevel, ts: number): Level | null {
  const around = [ts - HOUR_MS, ts, ts + HOUR_MS].map((at) => hours[placeOf(at)]!);
  if (around.every(({ seen }) => seen >= LEAST_OF_HOUR)) {
    return around.reduce((highest, one) => (one.level > highest.level ? one : highest));
  }
  return any.seen >= LEAST_OF_ANY ? any : null;
}

/**
 * Takes a value into what is usual. Levels are replaced, not changed.
 *
 * @param weight below 1 for what is likely no norm
 */
export function learnUsual(known: SeasonalLevel, ts: number, value: number, weight: number): void {
  const place = placeOf(ts);
  known.any = learned(known.any, value, SPAN_OF_ANY, weight);
  known.hours[place] = learned(known.hours[place]!, value, SPAN_OF_HOUR, weight);
}

function learned({ seen: before, level, spread }: Level, value: number, span: number, weight: number): Level {
  const seen = before + 1;
  if (before === 0) return { seen, level: value, spread };
  const share = weight / Math.min(seen, span);
  const away = value - level;
  // The first few say how wide it is; only then is anything far.
  const most = seen > LEAST_OF_HOUR ? MOST_SPREADS * spread : Math.abs(away);
  const counted = Math.max(-most, Math.min(most, away));
  return { seen, level: level + share * counted, spread: spread + share * (Math.abs(counted) - spread) };
}
