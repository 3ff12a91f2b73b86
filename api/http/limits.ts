/** Limits of how often something may be asked for. In memory: at most `most` keys, the one asked for least lately goes first. */

/** Milliseconds to wait; 0: go on. */
type WaitMs = number;

export interface RateLimit {
  take(key: string, nowMs: number): WaitMs;
}

/** A bucket of `burst` for each key that fills again with `perMinute`. */
export function createRateLimit({
  burst,
  perMinute,
  most,
}: {
  burst: number;
  perMinute: number;
  most: number;
}): RateLimit {
  const buckets = new Map<string, { left: number; atMs: number }>();
  const perMs = perMinute / 60_000;
  return {
    take(key, nowMs) {
      const known = buckets.get(key);
      const left = known ? Math.min(burst, known.left + Math.max(0, nowMs - known.atMs) * perMs) : burst;
      const isFree = left >= 1;
      keepLatest(buckets, key, { left: isFree ? left - 1 : left, atMs: nowMs }, most);
      return isFree ? 0 : Math.ceil((1 - left) / perMs);
    },
  };
}

export interface Backoff {
  /** Counts an attempt, before it is known how it ends: many at once are many. */
  attempt(key: string, nowMs: number): WaitMs;
  /** One attempt less: it ended well. */
  undo(key: string): void;
  /** All is well with this key. */
  forget(key: string): void;
}

/** After `free` attempts each has to wait twice as long as the one before, from `firstMs` up to `longestMs`. */
export function createBackoff(options: {
  free: number;
  firstMs: number;
  longestMs: number;
  /** Silent for so long, a key starts anew. */
  forgetMs: number;
  most: number;
}): Backoff {
  const { free, firstMs, longestMs, forgetMs, most } = options;
  const attempts = new Map<string, { count: number; atMs: number }>();
  return {
    attempt(key, nowMs) {
      const found = attempts.get(key);
      const known = found && nowMs - found.atMs < forgetMs ? found : { count: 0, atMs: nowMs };
      const waitMs = known.count < free ? 0 : Math.min(longestMs, firstMs * 2 ** (known.count - free));
      const leftMs = known.atMs + waitMs - nowMs;
      // Whoever does not wait is told again, and does not make it longer for the one whose name it is.
      if (waitMs > 0 && leftMs > 0) return leftMs;
      keepLatest(attempts, key, { count: known.count + 1, atMs: nowMs }, most);
      return 0;
    },
    undo(key) {
      const known = attempts.get(key);
      if (known) known.count = Math.max(0, known.count - 1);
    },
    forget: (key) => void attempts.delete(key),
  };
}

function keepLatest<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value!);
}

/** Whoever has an IPv6 address has 2^64 of them: the first half counts. */
export function addressKey(address: string): string {
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (v4 !== undefined) return v4;
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - front.length - back.length)).fill('0');
  return [...front, ...zeros, ...back]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
