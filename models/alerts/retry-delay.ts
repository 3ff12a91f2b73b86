const FIRST_MS = 2_000;
const GROWTH = 4;
const LONGEST_MS = 900_000;

/**
 * How long a message waits for its next try: 2 s, 8 s, 32 s, about 2 and 9 minutes, then a quarter of an hour; longer
 * where the receiver asks for it.
 *
 * @param attempts tries so far, from 1 on.
 */
export const retryDelayMs = (attempts: number, askedMs: number | null): number =>
  Math.max(askedMs ?? 0, Math.min(FIRST_MS * GROWTH ** Math.max(0, attempts - 1), LONGEST_MS));
