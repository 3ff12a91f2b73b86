/** What a chart shows of time, epoch milliseconds. */
export interface TimeWindow {
  fromMs: number;
  toMs: number;
}

export interface WindowLimits {
  /** Nobody looks closer than this. */
  leastMs: number;
  mostMs: number;
}

/** A window that is `times` as long, with `aroundMs` staying where it is, within the limits. */
export function zoomed(
  { fromMs, toMs }: TimeWindow,
  times: number,
  aroundMs: number,
  { leastMs, mostMs }: WindowLimits,
): TimeWindow {
  const lengthMs = toMs - fromMs;
  const wantedMs = Math.min(mostMs, Math.max(leastMs, lengthMs * times));
  const share = lengthMs === 0 ? 0.5 : Math.min(1, Math.max(0, (aroundMs - fromMs) / lengthMs));
  const begin = aroundMs - share * wantedMs;
  return { fromMs: Math.round(begin), toMs: Math.round(begin + wantedMs) };
}

/** The same length, a share of it later (negative: earlier). */
export function moved({ fromMs, toMs }: TimeWindow, share: number): TimeWindow {
  const byMs = Math.round((toMs - fromMs) * share);
  return { fromMs: fromMs + byMs, toMs: toMs + byMs };
}

/** A window as the address tells it (`?from=…&to=…`, ISO instants); null where it tells none that can be shown. */
export function windowOfQuery(query: URLSearchParams, { leastMs, mostMs }: WindowLimits): TimeWindow | null {
  const fromMs = Date.parse(query.get('from') ?? '');
  const toMs = Date.parse(query.get('to') ?? '');
  const lengthMs = toMs - fromMs;
  // Not a number is neither: both comparisons fail.
  return lengthMs >= leastMs && lengthMs <= mostMs ? { fromMs, toMs } : null;
}

export const queryOfWindow = ({ fromMs, toMs }: TimeWindow): { from: string; to: string } => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
});
