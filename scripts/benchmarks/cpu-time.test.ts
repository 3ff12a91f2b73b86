import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { ownCpuS, postgresCpuS } from './cpu-time.ts';

/** Works for 0.3 s of the processor's time, tells of it, and ends when its input does. */
const WORKS = `while (process.cpuUsage().user < 300_000); console.log('worked'); process.stdin.resume();`;

it.skipIf(process.platform !== 'linux')(
  'what a child of the server spent is counted while it lives and when it has ended',
  async () => {
    // This process is the server, these are its connections.
    const idle = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    const working = spawn(process.execPath, ['-e', WORKS]);
    try {
      await once(working.stdout, 'data');
      const livingS = postgresCpuS(idle.pid!)!;
      expect(livingS).toBeGreaterThan(ownCpuS() + 0.25);
      working.stdin.end();
      await once(working, 'close');
      expect(postgresCpuS(idle.pid!)!).toBeGreaterThanOrEqual(livingS);
    } finally {
      working.kill();
      idle.kill();
    }
  },
);

it('a server that is not there has no time', () => {
  expect(postgresCpuS(2 ** 30)).toBeNull();
});
