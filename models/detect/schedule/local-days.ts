import { DAY_MS } from '../../features/feature.ts';
import type { ZoneClock } from './zone-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const BIN_MINUTES = 30;
const BINS = DAY_MINUTES / BIN_MINUTES;
/** Half an hour with at most this share of all starts is quiet. */
const QUIET_SHARE = 0.004;

/**
 * Starts by the days of a local clock. A day begins where the job is quiet, so that what starts around midnight stays
 * together; minutes count from midnight all the same and go beyond 1440 then.
 */
export interface LocalDays {
  cutMinute: number;
  /** Whether there is a quiet hour at all. */
  rests: boolean;
  /** Days since 1970-01-01, one entry a start. */
  day: Int32Array;
  /** From `cutMinute` to less than `cutMinute` + 1440. */
  minute: Float64Array;
}

export function localDays(startedAt: ArrayLike<number>, clock: ZoneClock): LocalDays {
  const n = startedAt.length;
  const local = new Float64Array(n);
  const bins = new Uint32Array(BINS);
  for (let i = 0; i < n; i++) {
    const at = clock.toLocal(startedAt[i]!);
    local[i] = at;
    bins[Math.floor((at - Math.floor(at / DAY_MS) * DAY_MS) / (BIN_MINUTES * MINUTE_MS))]!++;
  }
  const most = Math.floor(n * QUIET_SHARE);
  const cutMinute = quietMinute(bins, most);
  const day = new Int32Array(n);
  const minute = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    day[i] = Math.floor((local[i]! - cutMinute * MINUTE_MS) / DAY_MS);
    minute[i] = (local[i]! - day[i]! * DAY_MS) / MINUTE_MS;
  }
  const rests = bins.some((count, bin) => count <= most && bins[(bin + 1) % BINS]! <= most);
  return { cutMinute, rests, day, minute };
}

/** The middle of the longest quiet stretch round the clock; midnight when there is none, or when that is quiet enough. */
function quietMinute(bins: Uint32Array, most: number): number {
  let longest = 0;
  let middle = 0;
  let run = 0;
  for (let i = 0; i < 2 * BINS; i++) {
    run = bins[i % BINS]! <= most ? run + 1 : 0;
    if (run > longest && run <= BINS) {
      longest = run;
      middle = i + 1 - run / 2;
    }
  }
  if (longest < 2) return 0;
  const aroundMidnight = [BINS - 2, BINS - 1, 0, 1].every((bin) => bins[bin]! <= most);
  return aroundMidnight ? 0 : (Math.floor(middle) % BINS) * BIN_MINUTES;
}
