import type { Severity } from './incident.ts';
import { isWorse } from './severity.ts';

/** What people were told of how bad an incident is. Instants are epoch milliseconds. */
export interface ToldSeverity {
  severity: Severity;
  /** The worst they were told; null: they were told nothing. */
  toldSeverity: Severity | null;
  /** When they were first told of it, or that it became worse. */
  toldMs: number | null;
  /** When they were last told that it became worse; null: never. */
  worseToldMs: number | null;
}

/** An outage spreads in a burst: what it comes to is told, not each step. */
const BURST_MS = 120_000;
/** People hear of what comes later not more often than this. */
const ONCE_IN_MS = 3_600_000;

/** From when on people who were told of an incident are to hear that it is worse; epoch milliseconds. */
export const worseningDueMs = (toldMs: number, worseToldMs: number | null): number =>
  Math.max(toldMs + BURST_MS, worseToldMs === null ? Number.NEGATIVE_INFINITY : worseToldMs + ONCE_IN_MS);

/** Whether people who know of an incident are to hear now that it is worse than they were told. */
export function isWorseningToTell(
  { severity, toldSeverity, toldMs, worseToldMs }: ToldSeverity,
  asOfMs: number,
): boolean {
  if (toldSeverity === null || toldMs === null || !isWorse(severity, toldSeverity)) return false;
  return asOfMs >= worseningDueMs(toldMs, worseToldMs);
}
