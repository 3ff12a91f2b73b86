/**
 * What was over a week ago is history, not news: a job that has been broken and silent for a week is retired or known,
 * and a year of old logs tells nobody anything. The same week makes a job a candidate of the forecast.
 */
export const NEWS_DAYS = 7;

const DAY_MS = 86_400_000;

/** Something a rule saw. */
export interface Seen<What> {
  what: What;
  /** When the newest fact behind it happened. */
  happenedMs: number;
  /** When it could be known. */
  knownMs: number;
  /** Whether it is so now; else it was, and is over. */
  lasts: boolean;
}

/** The instants between which something is news, and what people were told of already. */
export interface NewsWindow {
  asOfMs: number;
  newsSinceMs: number;
  /** Keys of the findings that are open. */
  open: ReadonlySet<string>;
}

/**
 * Whether to tell of it: what lasts while it happened within NEWS_DAYS or is open already (a monthly job stays
 * broken for a month); what is over once, when it became known, and never again.
 */
export function isNews(
  { happenedMs, knownMs, lasts }: Seen<unknown>,
  key: string,
  window: NewsWindow,
): boolean {
  const fresh = happenedMs >= window.asOfMs - NEWS_DAYS * DAY_MS;
  const told = window.open.has(key);
  if (lasts) return fresh || told;
  return fresh && !told && knownMs > window.newsSinceMs;
}
