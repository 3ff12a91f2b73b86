import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { Start } from '../models/detect/rerun-executor.ts';
import { toLoopback } from '../tests/receivers.ts';
import { RerunRefused, SchedulerUnavailable, startJob } from './scheduler.ts';

const ENV = { PATH: '/usr/bin:/bin' };
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
async function listening(answer: Answer): Promise<string> {
  const started = createServer(answer).listen(0, '127.0.0.1');
  server = started;
  await new Promise((resolve) => started.once('listening', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}
const http = (url: string, more: Partial<Extract<Start, { way: 'http' }>> = {}): Start => ({
  way: 'http',
  url,
  method: 'POST',
  headers: {},
  body: '{"job":"a"}',
  key: 'key-1',
  ...more,
});
const command = (...argv: string[]): Start => ({ way: 'command', argv, key: 'key-1' });

describe('over HTTP', () => {
  it('sends body, key and headers, a secret one from its file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-scheduler-'));
    const file = path.join(folder, 'token');
    writeFileSync(file, 'Bearer top-secret-token\n');
    const seen = Promise.withResolvers<unknown>();
    const url = await listening(async (request, response) => {
      const { method, headers } = request;
      seen.resolve({ method, body: await text(request), ...headers });
      response.end('{"dag_run_id":"1"} for top-secret-token');
    });
    try {
      const answer = await startJob(http(url, { headers: { authorization: { file } } }), ENV, toLoopback);
      expect(answer).toBe('200 {"dag_run_id":"1"} for ***');
      expect(await seen.promise).toMatchObject({
        method: 'POST',
        body: '{"job":"a"}',
        'content-type': 'application/json',
        'idempotency-key': 'key-1',
        authorization: 'Bearer top-secret-token',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    [404, RerunRefused],
    [401, RerunRefused],
    [302, RerunRefused],
    [408, SchedulerUnavailable],
    [429, SchedulerUnavailable],
    [500, SchedulerUnavailable],
    [503, SchedulerUnavailable],
  ])('tells by %i whether asking again may help', async (status, error) => {
    const url = await listening((_, response) =>
      response.writeHead(status, { location: '/other' }).end('why'),
    );
    await expect(startJob(http(url), ENV, toLoopback)).rejects.toThrow(error);
    await expect(startJob(http(url), ENV, toLoopback)).rejects.toThrow(
      `the scheduler answered ${status}: why`,
    );
  });

  it('takes a known key for a start that was asked for before', async () => {
    const url = await listening((_, response) => response.writeHead(409).end('exists'));
    expect(await startJob(http(url), ENV, toLoopback)).toBe('409 exists');
  });

  it('may be asked again when nobody answers, or the answer breaks off; no address is told', async () => {
    const url = await listening((request) => request.socket.destroy());
    const failed = startJob(http(`${url}/secret-path`), ENV, toLoopback);
    await expect(failed).rejects.toThrow(SchedulerUnavailable);
    await expect(failed).rejects.toThrow(/^the scheduler gave no answer \(\w+\)$/);
    await expect(startJob(http('http://127.0.0.1:1/x'), ENV, toLoopback)).rejects.toThrow(
      SchedulerUnavailable,
    );
  });

  it('reads no more of an endless answer than a person would', async () => {
    const url = await listening((_, response) => {
      response.on('drain', () => response.write('x'.repeat(65_536)));
      while (response.write('x'.repeat(65_536)));
    });
    expect((await startJob(http(url), ENV, toLoopback)).length).toBe(304);
  });

  it('refuses when the file of a header is not there', async () => {
    const start = http('http://127.0.0.1:1', { headers: { authorization: { file: '/no/such/file' } } });
    await expect(startJob(start, ENV, toLoopback)).rejects.toThrow(RerunRefused);
  });
});

describe('by a command', () => {
  it('gives the arguments as they are, to no shell, and the key in its environment alone', async () => {
    const script = 'console.log(process.argv[1], Object.keys(process.env).sort().join())';
    const start = command(process.execPath, '-e', script, 'a b; $(c)');
    expect(await startJob(start, ENV, toLoopback)).toBe('a b; $(c) PATH,SMART_ETL_RERUN_KEY');
  });

  it.each([
    ['exit 75', SchedulerUnavailable, 'the command says "try again" (exit 75): oops'],
    ['exit 3', RerunRefused, 'the command failed with exit status 3: oops'],
    ['kill -9 $$', SchedulerUnavailable, 'the command was ended by SIGKILL: oops'],
  ])('tells by "%s" whether asking again may help', async (end, error, said) => {
    const failed = startJob(command('sh', '-c', `echo oops >&2; ${end}`), ENV, toLoopback);
    await expect(failed).rejects.toThrow(error);
    await expect(failed).rejects.toThrow(said);
  });

  it('refuses a program that is not there', async () => {
    await expect(startJob(command('no-such-program'), ENV, toLoopback)).rejects.toThrow(RerunRefused);
  });

  it('does not wait for what it leaves running', async () => {
    expect(await startJob(command('sh', '-c', 'sleep 30 & echo started'), ENV, toLoopback)).toBe('started');
  });
});
