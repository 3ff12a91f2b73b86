import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExecEvent } from './exec-event.ts';

/** Where events are sent, and with what. */
export interface EventServer {
  url: string;
  /** The ping key or the API token; null on a machine where none is asked for. */
  secret: string | null;
}

/** A server that is away for long: of more events the oldest go. */
const MAX_WAITING = 1_000;
/** Sent by one command at most, so that the first one after an outage is not held up. */
const MAX_SENT = 200;
const REQUEST_MS = 3_000;
/** Sent again it would be refused again. */
const REFUSED_FOR_GOOD = new Set([400, 413, 415, 422]);

/**
 * Events on their way to a server, a file each, in a folder that only its owner can read: what cannot be sent now is
 * sent by the next command. Sent twice is once, so two commands may send at the same time.
 */
export class EventSpool {
  readonly #folder: string;
  readonly #server: EventServer;
  readonly #onNotice: (text: string) => void;

  /** @param folder gets a folder for each server: what is meant for one is never sent to another */
  constructor(folder: string, server: EventServer, onNotice: (text: string) => void) {
    const of = createHash('sha256').update(server.url).digest('hex').slice(0, 16);
    this.#folder = path.join(folder, of);
    this.#server = server;
    this.#onNotice = onNotice;
  }

  /** Keeps an event. @throws Error when the folder cannot be used */
  async add(event: ExecEvent): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const { mode, uid } = await lstat(this.#folder);
    if ((mode & 0o077) !== 0 || uid !== process.getuid?.()) {
      throw new Error(`${this.#folder} is open to others, expected mode 0700 and our own`);
    }
    const name = `${event.eventTime.replaceAll(':', '')}-${event.run.runId}-${event.eventType}.json`;
    const file = path.join(this.#folder, name);
    await writeFile(`${file}.new`, JSON.stringify(event), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  /** Sends what waits, oldest first, until something is in the way. @returns why it ended early, or null */
  async send(signal: AbortSignal): Promise<string | null> {
    const waiting = await this.#waiting();
    for (const file of waiting.slice(0, MAX_SENT)) {
      const problem = await this.#sendOne(file, signal);
      if (problem !== null) return problem;
    }
    return null;
  }

  async #waiting(): Promise<string[]> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.json')).sort();
    const surplus = names.splice(0, Math.max(0, names.length - MAX_WAITING));
    if (surplus.length > 0) {
      this.#onNotice(
        `more than ${MAX_WAITING} events wait in ${this.#folder}: ${surplus.length} oldest dropped`,
      );
      for (const name of surplus) await forget(path.join(this.#folder, name));
    }
    return names.map((name) => path.join(this.#folder, name));
  }

  async #sendOne(file: string, signal: AbortSignal): Promise<string | null> {
    const body = await readFile(file, 'utf8').catch(ifGone);
    if (body === null) return null;
    const { url, secret } = this.#server;
    let status: number;
    try {
      const answer = await fetch(`${url.replace(/\/+$/, '')}/api/v1/lineage`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
        },
        body,
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
      });
      status = answer.status;
      await answer.body?.cancel();
    } catch (error) {
      const { message, cause } = error as Error;
      return cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code! : message;
    }
    if (REFUSED_FOR_GOOD.has(status)) this.#onNotice(`the server refused an event with ${status}`);
    else if (status < 200 || status > 299) return `the server answered ${status}`;
    await forget(file);
    return null;
  }
}

const ifGone = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT') return null;
  throw error;
};
const forget = (file: string) => unlink(file).catch(ifGone);
