/** Beyond it nobody remembers why; whoever still thinks so says it again. */
const LONGEST_DAYS = 92;
const DAY_MS = 86_400_000;

/**
 * Why what a person says of a job in the forecast cannot be taken; null: it can.
 *
 * @param asOf now, on the clock of the estate, epoch milliseconds
 */
export function overrideRefusal(
  override: { probability: number | null; until: string },
  asOf: number,
): string | null {
  const { probability, until } = override;
  if (probability !== null && !(probability >= 0 && probability <= 1)) {
    return `probability must be a number from 0 to 1, or null to ignore the forecast, found ${probability}`;
  }
  const end = Date.parse(until);
  if (Number.isNaN(end)) return `until must be an ISO 8601 instant, found "${until}"`;
  const days = (end - asOf) / DAY_MS;
  const at = new Date(asOf).toISOString();
  if (days <= 0) return `until must be later than now (${at}), found ${until}`;
  if (days > LONGEST_DAYS) return `until must be within ${LONGEST_DAYS} days of now (${at}), found ${until}`;
  return null;
}
