import { quantile } from '../quantile.ts';
import type { LearnedRhythm, Watch } from './learn-times.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const LEAST_RUNS = 20;
/** The last runs: what sleeps between its runs drifts away from any clock. */
const RUNS = 200;
/** Longer steps are days. */
const MOST_MINUTES = 1_300;
/** Length of the mean direction of the starts in the step, 1 when all are at the same place of it. */
const LEAST_CONCENTRATION = 0.85;

/** Every so many minutes by no clock on the wall, such as every 7 hours; null when the starts keep no such step. */
export function learnElapsed({ startedAt }: Watch): LearnedRhythm | null {
  const recent = startedAt.slice(-RUNS);
  if (recent.length < LEAST_RUNS) return null;
  const gaps = new Float64Array(recent.length - 1);
  for (let i = 0; i < gaps.length; i++) gaps[i] = recent[i + 1]! - recent[i]!;
  const minutes = Math.round(quantile(gaps.sort(), 0.5) / MINUTE_MS);
  // What fills a day is a time of the day.
  if (minutes < 1 || minutes > MOST_MINUTES || DAY_MINUTES % minutes === 0) return null;
  const everyMs = minutes * MINUTE_MS;
  let sin = 0;
  let cos = 0;
  for (const start of recent) {
    const angle = (2 * Math.PI * (start % everyMs)) / everyMs;
    sin += Math.sin(angle);
    cos += Math.cos(angle);
  }
  const concentration = Math.hypot(sin, cos) / recent.length;
  if (concentration < LEAST_CONCENTRATION) return null;
  const middle = (Math.atan2(sin, cos) / (2 * Math.PI)) * everyMs;
  const offsets = Float64Array.from(recent, (start) => {
    const away = start - middle;
    return away - Math.round(away / everyMs) * everyMs;
  }).sort();
  const anchor = Math.floor((middle + quantile(offsets, 0.1)) / 1000) * 1000;
  const anchorMs = ((anchor % everyMs) + everyMs) % everyMs;
  return { rhythm: { kind: 'elapsed', everyMs, anchorMs }, distance: 0 };
}
