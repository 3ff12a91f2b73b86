import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalUuid } from '../../models/events/canonical-uuid.ts';
import { UsageError } from '../options/usage-error.ts';
import { runCommand } from './command-run.ts';
import type { EventSpool } from './event-spool.ts';
import { type ExecEvent, endEvent, startEvent } from './exec-event.ts';

interface ExecOptions {
  job: string;
  namespace: string;
  url?: string;
  rid?: string;
}

/** A command that ended does not wait longer for a server that does not answer. */
const LAST_SEND_MS = 3_000;

const HEAD_START_MS = 50;

const notice = (text: string) => console.error(`smart-etl: ${text}`);

/**
 * Runs a command and tells the server of its start and end. Whatever is wrong with the telling, the command runs and
 * its own exit status is returned.
 *
 * The command starts first; what the telling needs is loaded while it runs.
 *
 * @throws UsageError before anything is started
 */
export async function exec([command, ...args]: string[], options: ExecOptions): Promise<number> {
  const runId = options.rid === undefined ? randomUUID() : canonicalUuid(options.rid);
  if (runId === null) throw new UsageError(`--rid must be a UUID, got "${options.rid}"`);
  if (options.url !== undefined && !/^https?:\/\/./.test(options.url)) {
    throw new UsageError(`--url must start with http:// or https://, got "${options.url}"`);
  }
  const running = runCommand(command!, args);
  const run = { namespace: options.namespace, job: options.job, runId, host: hostname() };
  // Loading takes this thread a tenth of a second, in which the end of a short command would be noticed late.
  await Promise.race([running.ended, sleep(HEAD_START_MS, undefined, { ref: false })]);
  const reporter = new Reporter(options.url);
  reporter.tell(startEvent(run, running.startedAt));
  const end = await running.ended;
  await reporter.tellLast(endEvent(run, end));
  return end.exitStatus;
}

/** Tells of a run, one event after the other; never fails. */
class Reporter {
  readonly #spool: Promise<EventSpool | null>;
  readonly #stop = new AbortController();
  #told: Promise<void> = Promise.resolve();

  constructor(url: string | undefined) {
    this.#spool = openSpool(url).catch((error: Error) => {
      notice(`this run is not reported: ${error.message}`);
      return null;
    });
  }

  tell(event: ExecEvent, isLast = false): void {
    this.#told = this.#told.then(() => this.#tell(event, isLast));
  }

  async tellLast(event: ExecEvent): Promise<void> {
    this.tell(event, true);
    const timer = setTimeout(() => this.#stop.abort(), LAST_SEND_MS);
    // A file system that hangs must not hold the command's end up either.
    await Promise.race([this.#told, sleep(LAST_SEND_MS + 500, undefined, { ref: false })]);
    clearTimeout(timer);
  }

  async #tell(event: ExecEvent, isLast: boolean): Promise<void> {
    const spool = await this.#spool;
    if (spool === null) return;
    try {
      await spool.add(event);
      const problem = await spool.send(this.#stop.signal);
      if (problem !== null && isLast) notice(`the next \`smart-etl exec\` tells of this run: ${problem}`);
    } catch (error) {
      notice(`this run is not reported: ${(error as Error).message}`);
    }
  }
}

async function openSpool(url: string | undefined): Promise<EventSpool> {
  const [{ homeFolder, loadConfig }, { EventSpool }] = await Promise.all([
    import('../../config.ts'),
    import('./event-spool.ts'),
  ]);
  const config = loadConfig();
  const host = config.apiHost.includes(':') ? `[${config.apiHost}]` : config.apiHost;
  const server = {
    url: url ?? config.serverUrl ?? `http://${host}:${config.apiPort}`,
    secret: config.pingKey ?? config.apiToken,
  };
  return new EventSpool(path.join(homeFolder(), 'spool'), server, notice);
}
