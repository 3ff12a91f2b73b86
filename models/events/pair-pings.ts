import type { RunEvent } from './run-event.ts';

/** A start and an end further apart are not of one run; the limit of healthchecks.io. */
export const LONGEST_PAIR_MS = 72 * 3_600_000;

/** At the same instant a run starts before it says anything, and says it before it ends. */
const ORDER: Readonly<Record<RunEvent['kind'], number>> = {
  start: 0,
  running: 1,
  log: 2,
  success: 3,
  fail: 3,
  abort: 3,
};

/**
 * Sorts the pings of one job that name no run into runs, by time.
 *
 * An end belongs to the start right before it (of two starts the later one: what became of the earlier is not known),
 * unless they are more than 72 hours apart; without one it is a run by itself. A log belongs to the run that goes on,
 * else to the one that ended last. Logs before any run belong to none and are left out.
 */
export function pairPings(pings: readonly RunEvent[]): RunEvent[][] {
  const sorted = pings.toSorted(
    (a, b) => a.eventTime - b.eventTime || ORDER[a.kind] - ORDER[b.kind] || (a.id < b.id ? -1 : 1),
  );
  const runs: RunEvent[][] = [];
  let current: RunEvent[] | null = null;
  /** When the current run started, null once it ended. */
  let openSince: number | null = null;
  let changedAt = 0;
  for (const ping of sorted) {
    const { kind, eventTime } = ping;
    if (kind === 'log' || kind === 'running') {
      if (current !== null && eventTime - changedAt <= LONGEST_PAIR_MS) current.push(ping);
      continue;
    }
    const ends = kind !== 'start' && openSince !== null && eventTime - openSince <= LONGEST_PAIR_MS;
    if (ends) current!.push(ping);
    else {
      current = [ping];
      runs.push(current);
    }
    openSince = kind === 'start' ? eventTime : null;
    changedAt = eventTime;
  }
  return runs;
}

/** The key of a run whose pings name none: its first ping names it. */
export function pingRunKey(run: readonly RunEvent[]): string {
  const { eventTime, id } = run[0]!;
  return `ping:${new Date(eventTime).toISOString()}/${id.slice(0, 8)}`;
}
