/** Something that may be wrong since an instant: it opens when it stays, and ends when it has been over for a while. */
export interface Alarm {
  sinceMs: number;
  /** Samples beyond the limit. */
  beyond: number;
  isOpen: boolean;
  /** The farthest value while it lasts, and what was usual and allowed when it began. */
  worst: number;
  usual: number | null;
  limit: number;
  /** Since when it is over, if it is; and for how many samples. */
  overSinceMs: number | null;
  over: number;
}

/** A peak that is gone at the next sample is no incident, and neither is one of a few minutes. */
const LEAST_SAMPLES = 2;
const LEAST_MS = 10 * 60_000;

export interface Judgement {
  ts: number;
  value: number;
  isBeyond: boolean;
  /** Back to normal by a margin; between that and beyond nothing changes. */
  isOver: boolean;
  usual: number | null;
  limit: number;
}

/** The alarm after another sample; null: there is none. */
export function nextAlarm(alarm: Alarm | null, judged: Judgement): Alarm | null {
  const { ts, value, isBeyond, isOver, usual, limit } = judged;
  if (alarm === null) {
    if (!isBeyond) return null;
    const first = { sinceMs: ts, beyond: 1, isOpen: false, worst: value, usual, limit };
    return { ...first, overSinceMs: null, over: 0 };
  }
  if (!isOver) {
    const beyond = alarm.beyond + (isBeyond ? 1 : 0);
    const worst = Math.max(alarm.worst, value);
    const isOpen = alarm.isOpen || (beyond >= LEAST_SAMPLES && ts - alarm.sinceMs >= LEAST_MS);
    return { ...alarm, beyond, worst, isOpen, overSinceMs: null, over: 0 };
  }
  const over = alarm.over + 1;
  const overSinceMs = alarm.overSinceMs ?? ts;
  if (!alarm.isOpen) return null;
  if (over >= LEAST_SAMPLES && ts - overSinceMs >= LEAST_MS) return null;
  return { ...alarm, over, overSinceMs };
}
