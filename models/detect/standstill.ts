const MINUTE_MS = 60_000;

/** How long parts of the system may be still before something is wrong. */
export const STILL_LIMITS_MS = {
  /** Queues are pulsed every minute. */
  queue: 3 * MINUTE_MS,
  /** Detection looks every 15 s. */
  detect: 3 * MINUTE_MS,
  /** Collections look every 30 s, and not while they load a flood. */
  collect: 10 * MINUTE_MS,
} as const;

/** A part of the system, and how long it may be still. */
export interface Watched {
  part: string;
  withinMs: number;
}

/** A part that has not moved for too long. */
export interface Standstill {
  part: string;
  /** null: never, as far as known. */
  lastMs: number | null;
}

/**
 * The parts that stand still at an instant. One that has not moved yet has its time from when it was watched first.
 * Instants are epoch milliseconds.
 */
export function standingStill(
  watched: readonly Watched[],
  lastBeats: ReadonlyMap<string, number>,
  watchedSinceMs: number,
  nowMs: number,
): Standstill[] {
  return watched
    .filter(({ part, withinMs }) => {
      const lastMs = Math.max(lastBeats.get(part) ?? watchedSinceMs, watchedSinceMs);
      return nowMs - lastMs > withinMs;
    })
    .map(({ part }) => ({ part, lastMs: lastBeats.get(part) ?? null }));
}

/** What is told of them, a line each. */
export const standstillText = (still: readonly Standstill[]): string =>
  still
    .map(({ part, lastMs }) =>
      lastMs === null
        ? `${part} has never moved`
        : `${part} stands still since ${new Date(lastMs).toISOString()}`,
    )
    .join('\n');
