import { Context } from '@temporalio/activity';

/** A sixth of the heartbeat timeout in workflows/calls.ts: a few may be lost or late. */
const EVERY_MS = 5_000;

/** Sends heartbeats on a timer while `work` runs: long computations have no other moment to. */
export async function withHeartbeat<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), EVERY_MS);
  try {
    return await work(context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}
