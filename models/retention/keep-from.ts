/**
 * The first instant that is kept when so many whole months before the current one are (UTC), epoch milliseconds.
 *
 * keepFromMs(Date.UTC(2026, 2, 15), 12) // => Date.UTC(2025, 2, 1)
 */
export function keepFromMs(asOfMs: number, months: number): number {
  const asOf = new Date(asOfMs);
  return Date.UTC(asOf.getUTCFullYear(), asOf.getUTCMonth() - months, 1);
}
