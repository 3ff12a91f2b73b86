/** The supervising process: the stack from start to signal. */
import { readProcessRecords } from './process-records.ts';
import { type RunningStack, type StackOptions, startStack } from './stack.ts';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface SuperviseOptions extends Omit<StackOptions, 'keepTrying' | 'signal'> {
  /** Told once everything serves, or is known not to. */
  onReady: (stack: RunningStack) => void;
  /** Told when the end was asked for. */
  onStopping: (signal: NodeJS.Signals) => void;
}

/**
 * Runs the stack until SIGINT, SIGTERM or SIGHUP, then stops it in order. A second signal ends everything at
 * once, as a power cut would; PostgreSQL recovers at the next start.
 *
 * @returns when nothing runs any more
 * @throws AlreadyRunning, and what `startStack` throws before any part is started
 */
export async function supervise({ onReady, onStopping, ...options }: SuperviseOptions): Promise<void> {
  const stopping = new AbortController();
  const asked = Promise.withResolvers<void>();
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping.signal.aborted) forceEnd(options.home);
    onStopping(signal);
    stopping.abort();
    asked.resolve();
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  try {
    const stack = await startStack({ ...options, keepTrying: true, signal: stopping.signal });
    if (!stopping.signal.aborted) onReady(stack);
    await asked.promise;
    await stack.stop();
  } catch (error) {
    // Asked to stop while starting: that it did not start is what was asked for.
    if (!stopping.signal.aborted) throw error;
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
  }
}

function forceEnd(home: string): never {
  for (const { process: child } of readProcessRecords(home)?.parts ?? []) {
    if (child === null) continue;
    try {
      process.kill(child.pid, 'SIGKILL');
    } catch {
      // ended by itself meanwhile
    }
  }
  process.exit(130);
}
