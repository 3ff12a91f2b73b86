/** `smart-etl down`: stops a stack that runs, wherever it was started. */
import { setTimeout as pause } from 'node:timers/promises';
import { homeFolder } from '../config.ts';
import { lockHolder } from '../stack/home-lock.ts';
import { isRunning } from '../stack/process-identity.ts';
import { stopOrphans } from '../stack/process-records.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** The worker drains for 15 s, PostgreSQL may write for 20 s. */
const PATIENCE_MS = 60_000;

/**
 * Stops the stack, and servers that a killed supervisor left behind.
 *
 * @returns exit code: 0 when nothing runs any more, also when nothing ran; 4 when it does not end
 */
export async function down({ json = false }: { json?: boolean } = {}): Promise<ExitCode> {
  const home = homeFolder();
  const supervisor = lockHolder(home);
  const tell = (result: { stopped: boolean; text: string }) =>
    console.log(json ? JSON.stringify({ home, stopped: result.stopped }) : result.text);
  if (supervisor === undefined) {
    const orphans = await stopOrphans(home);
    if (orphans.length === 0) tell({ stopped: false, text: `nothing runs in ${home}` });
    else tell({ stopped: true, text: `stopped what a killed run left behind: ${orphans.join(', ')}` });
    return EXIT.ok;
  }
  process.kill(supervisor.pid, 'SIGTERM');
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (isRunning(supervisor)) {
    if (performance.now() > giveUpAt) {
      console.error(`process ${supervisor.pid} did not end within ${PATIENCE_MS / 1000} s`);
      return EXIT.unreachable;
    }
    await pause(50);
  }
  tell({ stopped: true, text: 'stopped' });
  return EXIT.ok;
}
