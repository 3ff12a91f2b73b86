import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

/** How a command ended. Instants are epoch milliseconds. */
export interface CommandEnd {
  endedAt: number;
  durationMs: number;
  /** As a shell reports it: 127 not found, 126 not executable, 128 + n ended by signal n. */
  exitStatus: number;
  /** One of the signals that were passed on ended it: somebody wanted that. */
  cancelled: boolean;
  /** The end of what it wrote to standard error, at most 8,000 bytes, without colours; '' when it was not read. */
  stderrTail: string;
}

export interface RunningCommand {
  startedAt: number;
  ended: Promise<CommandEnd>;
}

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
/** These a terminal sends to every process in its foreground, the command among them. */
const BY_TERMINAL = new Set<string>(['SIGINT', 'SIGQUIT']);
const TAIL_BYTES = 8_000;
/** A process that the command left behind may keep its standard error open for ever: silent so long, it is left. */
const SILENCE_MS = 200;

/**
 * Runs a command as if it had been called itself: same standard input and output, same environment and folder, signals
 * passed on. Its standard error is read on its way, except when it is a terminal, where programs draw.
 */
export function runCommand(command: string, args: readonly string[]): RunningCommand {
  const readsStderr = !process.stderr.isTTY;
  const startedAt = Date.now();
  const startMs = performance.now();
  const passedOn = new Set<string>();
  const passOn = (signal: NodeJS.Signals) => {
    passedOn.add(signal);
    if (!(process.stdin.isTTY && BY_TERMINAL.has(signal))) child.kill(signal);
  };
  // Before the command is there: one that comes at once must not end us and leave the command alone.
  for (const signal of PASSED_ON) process.on(signal, passOn);
  const child = spawn(command, args, { stdio: ['inherit', 'inherit', readsStderr ? 'pipe' : 'inherit'] });
  const tail = tailOf(child.stderr);

  const end = async (): Promise<CommandEnd> => {
    const { status, problem } = await endOf(child);
    if (problem !== null) console.error(`smart-etl: ${command}: ${problem}`);
    const endedAt = Date.now();
    const durationMs = Math.round(performance.now() - startMs);
    await tail.ended();
    for (const signal of PASSED_ON) process.off(signal, passOn);
    const cancelled = status.signal !== null && passedOn.has(status.signal);
    return {
      endedAt,
      durationMs,
      exitStatus: status.exitStatus,
      cancelled,
      stderrTail: problem === null ? tail.text() : `${command}: ${problem}`,
    };
  };
  return { startedAt, ended: end() };
}

interface ChildEnd {
  status: { exitStatus: number; signal: NodeJS.Signals | null };
  /** Why it was never started; null when it was. */
  problem: string | null;
}

function endOf(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) =>
      resolve({
        status: { exitStatus: signal === null ? code! : 128 + constants.signals[signal], signal },
        problem: null,
      }),
    );
    child.on('error', (error: NodeJS.ErrnoException) => {
      // One that runs under another user may not take our signals: it runs on.
      if (child.pid !== undefined) return;
      const notFound = error.code === 'ENOENT';
      resolve({
        status: { exitStatus: notFound ? 127 : 126, signal: null },
        problem: notFound ? 'command not found' : error.message,
      });
    });
  });
}

/** Passes a stream on to our standard error, byte for byte, and keeps its end. */
function tailOf(stream: Readable | null): { ended(): Promise<void>; text(): string } {
  if (stream === null) return { ended: async () => {}, text: () => '' };
  let kept = Buffer.alloc(0);
  let spoke = false;
  stream.on('data', (chunk: Buffer) => {
    spoke = true;
    kept = Buffer.concat([kept, chunk]);
    if (kept.length > 4 * TAIL_BYTES) kept = kept.subarray(-TAIL_BYTES);
  });
  // Nobody reads our standard error any more: the command must still be able to write.
  process.stderr.on('error', () => {
    stream.unpipe(process.stderr);
    stream.resume();
  });
  stream.pipe(process.stderr, { end: false });
  let isOver = false;
  const over = once(stream, 'end').then(() => {
    isOver = true;
  });
  return {
    async ended() {
      do {
        spoke = false;
        await Promise.race([over, sleep(SILENCE_MS, undefined, { ref: false })]);
        // Who reads our standard error may be slow; what the command wrote is still to arrive there.
      } while (!isOver && (spoke || process.stderr.writableNeedDrain));
      stream.destroy();
    },
    text: () => stripVTControlCharacters(kept.subarray(-TAIL_BYTES).toString('utf8')).trim(),
  };
}
