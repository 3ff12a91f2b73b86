/** What is said between a benchmark and a process of ours that does the measured work. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A process ended, or said something else than an answer. */
export class ContestantFailed extends Error {
  override name = 'ContestantFailed';
}

/**
 * The next message of a child.
 *
 * @param name of the child in errors
 * @throws ContestantFailed when it ends instead
 */
export async function answerOf<Answer>(child: ChildProcess, name: string): Promise<Answer> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: ended.signal }).then(([message]) => message as Answer),
      once(child, 'exit', { signal: ended.signal }).then(([code, signal]): never => {
        throw new ContestantFailed(`${name} ended before it answered (${signal ?? `exit code ${code}`})`);
      }),
    ]);
  } finally {
    ended.abort();
  }
}

/** Lets a child go that ends when its channel closes. */
export async function endChild(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}
