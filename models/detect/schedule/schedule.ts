/** On which days of its zone's calendar a job runs. Weekdays are counted from Sunday, 0. Plain JSON. */
export type DayRule =
  /** `holidays`: it runs on public holidays as well. Monday to Friday without them are the business days. */
  | { kind: 'weekdays'; weekdays: number[]; holidays: boolean }
  /** Every n-th day; `phase` is that of days since 1970-01-01. Every 14 days is fortnightly. */
  | { kind: 'every-days'; everyDays: number; phase: number }
  /** Months without that day have no run. */
  | { kind: 'day-of-month'; day: number }
  /** So many days before the last of the month; 0 is the last. */
  | { kind: 'before-month-end'; days: number }
  /** 1 is the first of the month, -1 the last. */
  | { kind: 'business-day-of-month'; nth: number }
  | { kind: 'weekday-of-month'; weekday: number; nth: number };

/** Times of some days, in minutes after local midnight. */
export interface ScheduleLine {
  days: DayRule;
  atMinutes: number[];
}

/** When a job starts, without what is usual around it. Plain JSON. */
export type Rhythm =
  | { kind: 'times'; timeZone: string; lines: ScheduleLine[] }
  /**
   * Every n minutes from one minute of the day to another, which is left out and may lie on the next day. The windows
   * begin by the clock on the wall; inside them time goes by as it does, also when the clock is changed.
   */
  | {
      kind: 'windows';
      timeZone: string;
      days: DayRule;
      everyMinutes: number;
      windows: { fromMinute: number; untilMinute: number }[];
    }
  /** By no clock on any wall. */
  | { kind: 'elapsed'; everyMs: number; anchorMs: number }
  /** As somebody declared it. */
  | { kind: 'cron'; cron: string; timeZone: string };

/** What is usual around the instants of a rhythm, in milliseconds. */
export interface Tolerance {
  /** From the instant of the rhythm to the usual (median) start, which is when a run is due. */
  usualStartMs: number;
  /** Middle half of the starts. */
  spreadMs: number;
  /** So long before it is due a run may start. */
  leadMs: number;
  /** By so long after it is due its start is known; null where only ends are told. */
  startWithinMs: number | null;
  /** By so long after it is due its end is known. */
  endWithinMs: number;
  /** How long after a run ended that is usually (9 of 10) known. */
  lagMs: number;
}

/** Everything that slots are made from. */
export interface Schedule {
  rhythm: Rhythm;
  tolerance: Tolerance;
}

/** A schedule, and what it was learned from. Plain JSON. */
export interface LearnedSchedule extends Schedule {
  /** Runs without retries, since the schedule last changed. */
  runs: number;
  /** Start of the first of them. */
  sinceMs: number;
  /** Share of them that it explains: the others come at any time. */
  explained: number;
  /** Share of its instants at which a run came. */
  filled: number;
  /** Whether the runs told its zone by a change of the clock; else it is the zone that was given. */
  isZoneProven: boolean;
}

/** A schedule that somebody declared; tolerances that were not are learned. */
export interface DeclaredSchedule {
  cron: string;
  timeZone: string;
  startWithinMs: number | null;
  endWithinMs: number | null;
}
