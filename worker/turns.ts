/** Lets at most so many in at once; the others wait in the order in which they came. */
export interface Turns {
  /** Resolves when it is one's turn. @throws the reason of `signal`, when it fires before */
  wait(signal: AbortSignal): Promise<void>;
  /** Ends one's turn. */
  next(): void;
}

export function createTurns(most: number): Turns {
  let free = most;
  const waiting = new Set<() => void>();
  return {
    async wait(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free--;
        return;
      }
      const turn = Promise.withResolvers<void>();
      const giveUp = () => {
        waiting.delete(turn.resolve);
        turn.reject(signal.reason);
      };
      waiting.add(turn.resolve);
      signal.addEventListener('abort', giveUp, { once: true });
      await turn.promise.finally(() => signal.removeEventListener('abort', giveUp));
    },
    next() {
      for (const go of waiting) {
        waiting.delete(go);
        go();
        return;
      }
      free++;
    },
  };
}
