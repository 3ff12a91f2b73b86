import { DAY_MS } from '../../features/feature.ts';
import { firstAtOrAfter } from '../../features/first-at-or-after.ts';
import { quantile } from '../quantile.ts';
import { localDays } from './local-days.ts';
import { ZoneClock } from './zone-clock.ts';

/** The weeks beside a change of the clock that are compared. */
const BESIDE_MS = 15 * DAY_MS;
const LEAST_DAYS = 6;
const LOOK_BACK_DAYS = 400;
/** So far a time may move by itself. */
const NEAR_MINUTES = 15;

/**
 * Which clock the first runs of the days followed when that of a zone was last changed: that of the zone or UTC. It
 * tells also where learning does not look back so far, and after a schedule moved. Null where nothing tells.
 *
 * @param startedAt ascending
 */
export function edgeZone(startedAt: Float64Array, asOfMs: number, timeZone: string): string | null {
  const clock = ZoneClock.of(timeZone);
  const change = lastChange(clock, asOfMs - BESIDE_MS);
  if (change === null || asOfMs - change > LOOK_BACK_DAYS * DAY_MS) return null;
  const from = firstAtOrAfter(startedAt, change - BESIDE_MS);
  const to = firstAtOrAfter(startedAt, change + BESIDE_MS);
  const { day, minute, rests } = localDays(startedAt.subarray(from, to), ZoneClock.of('UTC'));
  if (!rests) return null;
  const changeDay = Math.floor(change / DAY_MS);
  const before: number[] = [];
  const after: number[] = [];
  for (let i = 1; i < day.length; i++) {
    if (day[i] === day[i - 1] || Math.abs(day[i]! - changeDay) <= 1) continue;
    (day[i]! < changeDay ? before : after).push(minute[i]!);
  }
  if (before.length < LEAST_DAYS || after.length < LEAST_DAYS) return null;
  const middle = (minutes: number[]) =>
    quantile(
      minutes.sort((a, b) => a - b),
      0.5,
    );
  const moved = middle(after) - middle(before);
  const putForward = (clock.offsetAt(change) - clock.offsetAt(change - 2 * DAY_MS)) / 60_000;
  if (Math.abs(moved) <= NEAR_MINUTES) return 'UTC';
  return Math.abs(moved + putForward) <= NEAR_MINUTES ? timeZone : null;
}

/** The last change of a clock before an instant, to the day; null when there was none in the time looked at. */
function lastChange(clock: ZoneClock, beforeMs: number): number | null {
  for (let at = beforeMs; at > beforeMs - LOOK_BACK_DAYS * DAY_MS; at -= DAY_MS) {
    if (clock.offsetAt(at) !== clock.offsetAt(at - DAY_MS)) return at;
  }
  return null;
}
