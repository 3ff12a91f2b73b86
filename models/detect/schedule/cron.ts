import { Cron } from 'croner';

/** A cron text that cannot be read, or never comes due. Never cured by trying again. */
export class InvalidCron extends Error {
  override name = 'InvalidCron';
}

/** Longer ones are no schedule. */
const MOST_CHARACTERS = 200;
/** More instants than one a second of a day are asked for by nobody. */
const MOST_INSTANTS = 100_000;

/**
 * Reads a cron text of five fields (minute, hour, day of month, month, weekday) in a zone.
 *
 * @throws InvalidCron saying what was expected
 */
export function checkCron(cron: string, timeZone: string): void {
  if (cron.length > MOST_CHARACTERS || cron.trim().split(/\s+/).length !== 5) {
    throw new InvalidCron(
      `a cron text has five fields (minute, hour, day, month, weekday) in ${MOST_CHARACTERS} characters, got "${cron.slice(0, 80)}"`,
    );
  }
  const read = readCron(cron, timeZone);
  // From a fixed day on: whether it comes due at all must not depend on when it is asked.
  if (read.nextRun(new Date(Date.UTC(2024, 0, 1))) === null)
    throw new InvalidCron(`"${cron}" never comes due`);
}

/**
 * The instants of a cron text from one instant to another, which is left out, at most 100,000. A time that the clock
 * skips in spring comes due as soon as the clock has skipped it; one that it shows twice comes due once, unless the text
 * names several hours.
 *
 * @throws InvalidCron when it cannot be read
 */
export function cronInstants(cron: string, timeZone: string, fromMs: number, toMs: number): number[] {
  const read = readCron(cron, timeZone);
  const instants: number[] = [];
  // It answers with what comes after an instant.
  let last = new Date(fromMs - 1);
  while (instants.length < MOST_INSTANTS) {
    const next = read.nextRun(last);
    if (next === null || next.getTime() >= toMs) break;
    if (next.getTime() >= fromMs) instants.push(next.getTime());
    last = next;
  }
  return instants;
}

const made = new Map<string, Cron>();
const MOST_KEPT = 1_000;

function readCron(cron: string, timeZone: string): Cron {
  const key = `${timeZone} ${cron}`;
  let read = made.get(key);
  if (read === undefined) {
    try {
      read = new Cron(cron, { timezone: timeZone, paused: true });
    } catch (error) {
      throw new InvalidCron(`"${cron.slice(0, 80)}" in ${timeZone}: ${(error as Error).message}`);
    }
    if (made.size >= MOST_KEPT) made.clear();
    made.set(key, read);
  }
  return read;
}
