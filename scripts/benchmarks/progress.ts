const startedMs = performance.now();

/** One line on stderr, with the seconds since the start. */
export function say(text: string): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(7);
  process.stderr.write(`${seconds} s  ${text}\n`);
}
