/** One line on stderr that says what is being done and for how long; where there is no terminal, one line a step. */
export interface Progress {
  step(what: string): void;
  /** Says how far the current step is, at once: for a step that computes without a pause. */
  at(where: string): void;
  /** Ends the current step. */
  done(result: string): void;
  end(): void;
}

const REFRESH_MS = 1_000;

/** Progress of a command. `quiet` says nothing. */
export function createProgress(quiet = false): Progress {
  const { stderr } = process;
  const live = stderr.isTTY && !quiet;
  let current = '';
  let startedMs = 0;
  let place = '';
  const seconds = () => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
  const draw = () => stderr.write(`\r\x1b[K  ${current}${place} … ${seconds()}`);
  const timer = live ? setInterval(() => current && draw(), REFRESH_MS) : undefined;
  timer?.unref();
  return {
    step(what) {
      current = what;
      place = '';
      startedMs = performance.now();
      if (live) draw();
    },
    at(where) {
      place = `: ${where}`;
      if (live) draw();
    },
    done(result) {
      if (!quiet) stderr.write(`${live ? '\r\x1b[K' : ''}  ${current}: ${result} (${seconds()})\n`);
      current = '';
    },
    end() {
      clearInterval(timer);
      if (live && current) stderr.write('\r\x1b[K');
    },
  };
}
