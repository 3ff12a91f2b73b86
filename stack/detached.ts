/** `smart-etl up --detach`: the supervising process without a terminal. Tells its parent how far it is. */
import { homeFolder } from '../config.ts';
import { AlreadyRunning } from './home-lock.ts';
import type { PartStatus } from './part.ts';
import type { Progress } from './stack.ts';
import { supervise } from './supervisor.ts';

/** What the parent is sent. */
export type DetachedMessage =
  | Progress
  | { kind: 'ready'; parts: PartStatus[] }
  | { kind: 'already-running'; pid: number }
  | { kind: 'failed'; message: string };

/** Also to its log, which is where its stdout goes. The parent leaves when it has heard enough. */
function tell(message: DetachedMessage): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...message }));
  if (process.connected) process.send?.(message, () => {});
}

try {
  await supervise({
    home: homeFolder(),
    onProgress: tell,
    onReady: (stack) => tell({ kind: 'ready', parts: stack.status() }),
    onStopping: (signal) => tell({ kind: 'notice', text: `${signal}: stopping` }),
  });
} catch (error) {
  if (error instanceof AlreadyRunning) tell({ kind: 'already-running', pid: error.pid });
  else tell({ kind: 'failed', message: (error as Error).message });
  process.exitCode = 1;
}
if (process.connected) process.disconnect();
