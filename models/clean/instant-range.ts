/** Runs and samples happened within these years; anything else is a broken clock or a wrong unit. */
const FIRST_INSTANT = Date.UTC(1990, 0, 1);
const LAST_INSTANT = Date.UTC(2101, 0, 1) - 1;

/** Whether an instant, NaN when unreadable, lies from 1990 to 2100. */
export function isInstantInRange(instant: number): boolean {
  return instant >= FIRST_INSTANT && instant <= LAST_INSTANT;
}
