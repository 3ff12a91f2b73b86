/** The customer's scheduler, asked over HTTP or by a command to start a job. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretText, Start } from '../models/detect/rerun-executor.ts';
import { AddressRefused, type Outgoing } from './outgoing.ts';

/** The scheduler said no, or cannot be asked this way. Asking again does not help. */
export class RerunRefused extends Error {
  override name = 'RerunRefused';
}

/** The scheduler could not be asked just now. Asking again may help, with the same key. */
export class SchedulerUnavailable extends Error {
  override name = 'SchedulerUnavailable';
}

const TIMEOUT_MS = 20_000;
/** Of an answer, as much as a person reads. */
const ANSWER_CHARACTERS = 300;
const ANSWER_BYTES = 16_384;
/** EX_TEMPFAIL of sysexits.h: the program itself says that trying again may help. */
const TRY_AGAIN = 75;
const SILENCE_MS = 200;

/**
 * Asks for a start, once. Resolves to what the scheduler answered, short.
 *
 * A key that the scheduler knows already (409 Conflict) is a start that was asked for before.
 *
 * @param env the whole environment of a command: ours holds secrets
 * @throws RerunRefused | SchedulerUnavailable; neither tells address, headers or arguments, which may hold secrets
 */
export const startJob = (
  start: Start,
  env: Record<string, string>,
  outgoing: Outgoing,
  signal?: AbortSignal,
): Promise<string> =>
  start.way === 'http' ? startOverHttp(start, outgoing, signal) : startByCommand(start, env, signal);

async function startOverHttp(
  start: Extract<Start, { way: 'http' }>,
  outgoing: Outgoing,
  signal?: AbortSignal,
): Promise<string> {
  const headers = new Headers({ 'idempotency-key': start.key });
  if (start.body !== null) headers.set('content-type', 'application/json');
  const secrets: string[] = [];
  for (const [name, text] of Object.entries(start.headers)) {
    const value = await secretOf(name, text);
    if (value.length >= 8) secrets.push(value, value.replace(/^\S+ +/, ''));
    headers.set(name, value);
  }
  const late = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await outgoing(start.url, {
      method: start.method,
      headers,
      body: start.body,
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    const text = await startOfBody(response);
    const answer = short(secrets.reduce((told, secret) => told.replaceAll(secret, '***'), text));
    const { status } = response;
    if (response.ok || status === 409) return `${status} ${answer}`.trim();
    const said = `the scheduler answered ${status}${answer === '' ? '' : `: ${answer}`}`;
    if (status >= 500 || [408, 425, 429].includes(status)) throw new SchedulerUnavailable(said);
    throw new RerunRefused(said);
  } catch (error) {
    if (error instanceof RerunRefused || error instanceof SchedulerUnavailable) throw error;
    if (error instanceof AddressRefused) throw new RerunRefused(error.message);
    const { name, code } = error as NodeJS.ErrnoException;
    throw new SchedulerUnavailable(
      `the scheduler gave ${late.aborted ? `no answer in ${TIMEOUT_MS / 1_000} s` : `no answer (${code ?? name})`}`,
    );
  }
}

async function secretOf(name: string, text: SecretText): Promise<string> {
  if (typeof text === 'string') return text;
  const read = await readFile(text.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RerunRefused(`the file with header "${name}" cannot be read: ${error.code}`);
  });
  return read.trim();
}

async function startOfBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, ANSWER_BYTES);
}

const short = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, ANSWER_CHARACTERS);

async function startByCommand(
  start: Extract<Start, { way: 'command' }>,
  env: Record<string, string>,
  signal?: AbortSignal,
): Promise<string> {
  const [program = '', ...args] = start.argv;
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: { ...env, SMART_ETL_RERUN_KEY: start.key },
    ...(signal && { signal }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-ANSWER_BYTES);
    });
  }
  const closed = once(child, 'close').catch(() => {});
  const [status, endedBy] = (await once(child, 'exit').catch((error: NodeJS.ErrnoException) => {
    throw error.name === 'AbortError'
      ? new SchedulerUnavailable('the command was cancelled')
      : new RerunRefused(`the command cannot be run: ${error.code}`);
  })) as [number | null, NodeJS.Signals | null];
  // What it left running in the background may hold its output open.
  await Promise.race([closed, sleep(SILENCE_MS, undefined, { ref: false })]);
  child.stdout.destroy();
  child.stderr.destroy();
  const answer = short(output);
  const tail = answer === '' ? '' : `: ${answer}`;
  if (status === 0) return answer;
  if (status === null) throw new SchedulerUnavailable(`the command was ended by ${endedBy}${tail}`);
  if (status === TRY_AGAIN) throw new SchedulerUnavailable(`the command says "try again" (exit 75)${tail}`);
  throw new RerunRefused(`the command failed with exit status ${status}${tail}`);
}
