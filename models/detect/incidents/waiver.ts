import type { Finding } from '../finding.ts';

/** Somebody decided to live with a finding. */
export interface Waiver {
  findingKey: string;
  /** When, on the clock of the estate; epoch milliseconds. */
  asOfMs: number;
}

/** The findings that nobody decided to live with. What had begun when it was waived is; what begins anew is not. */
export function withoutWaived<Found extends Pick<Finding, 'key' | 'sinceMs'>>(
  found: readonly Found[],
  waivers: readonly Waiver[],
): Found[] {
  const waivedAt = new Map<string, number>();
  for (const { findingKey, asOfMs } of waivers) {
    waivedAt.set(findingKey, Math.max(asOfMs, waivedAt.get(findingKey) ?? asOfMs));
  }
  return found.filter(({ key, sinceMs }) => !(sinceMs <= (waivedAt.get(key) ?? Number.NEGATIVE_INFINITY)));
}
