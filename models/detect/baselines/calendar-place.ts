const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Days since 1970-01-01. @param wallMs what a clock on the wall shows, in milliseconds as if it were UTC */
export const dayOf = (wallMs: number): number => Math.floor(wallMs / DAY_MS);

/** 0 to 23. @param wallMs as for `dayOf` */
export const hourOf = (wallMs: number): number => Math.floor((wallMs - dayOf(wallMs) * DAY_MS) / HOUR_MS);

/** 0 is Sunday: 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

/** Whether a day is one of the last two of a month, or the first: books are closed then. */
export function closesMonth(day: number): boolean {
  const ofMonth = new Date(day * DAY_MS).getUTCDate();
  // Most days need no second look.
  if (ofMonth === 1) return true;
  return ofMonth >= 27 && new Date((day + 2) * DAY_MS).getUTCDate() <= 2;
}
