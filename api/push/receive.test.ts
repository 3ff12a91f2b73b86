import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../config.ts';
import { startTestApi } from '../../tests/api.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { type RunningApi, startApi } from '../server.ts';
import { LINEAGE_BYTES, loggablePath, PING_BODY_BYTES } from './receive.ts';

const KEY = 'the-ping_key-of-this-test';
const TOKEN = 'the-token-of-this-test';

let database: TestDatabase;
let api: RunningApi;
let guarded: RunningApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi({ databaseUrl: database.readerUrl, pingKey: KEY });
  guarded = await startTestApi({ databaseUrl: database.readerUrl, pingKey: KEY, apiToken: TOKEN });
});
afterAll(async () => {
  await Promise.all([api?.close(), guarded?.close()]);
  await database?.drop();
});
beforeEach(() => database.pool.query('truncate received_event restart identity'));

const ping = (path: string, init?: RequestInit) => fetch(`${api.url}/ping/${KEY}/${path}`, init);
async function kept() {
  const { rows } = await database.pool.query('select via, message from received_event order by id');
  return rows.map(({ via, message }) => ({ via, ...JSON.parse(message) }));
}

describe('a ping', () => {
  test.each([
    ['load-orders', 'success'],
    ['load-orders/start', 'start'],
    ['load-orders/fail', 'fail'],
    ['load-orders/log', 'log'],
    ['load-orders/0', 0],
    ['load-orders/255', 255],
  ])('%s is kept and answered with OK', async (path, signal) => {
    const answer = await ping(path);
    expect([answer.status, await answer.text()]).toEqual([200, 'OK']);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('ping-body-limit')).toBe(String(PING_BODY_BYTES));
    expect(await kept()).toEqual([{ via: 'ping', slug: 'load-orders', signal, rid: null, body: '' }]);
  });

  test('by GET, HEAD or POST; other methods are not taken', async () => {
    for (const method of ['GET', 'HEAD', 'POST']) expect((await ping('job', { method })).status).toBe(200);
    expect(await kept()).toHaveLength(3);
    const put = await ping('job', { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });

  test('keeps what is posted, whatever its type, and of much the first 100 kB', async () => {
    await ping('job', { method: 'POST', body: 'é\n' });
    await ping('job', { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } });
    await ping('job', { method: 'POST', body: Buffer.from([0x61, 0xff, 0x00]) });
    await ping('job', { method: 'POST', body: 'x'.repeat(PING_BODY_BYTES + 5) });
    expect((await kept()).map(({ body }) => body)).toEqual([
      'é\n',
      '{"a":1}',
      'a\ufffd\u0000',
      'x'.repeat(PING_BODY_BYTES),
    ]);
    expect((await ping('job', { method: 'POST', body: 'x'.repeat(6_000_000) })).status).toBe(413);
    expect(await kept()).toHaveLength(4);
  });

  test('of a named run is one, however often it is sent; without a name each is one', async () => {
    const rid = randomUUID();
    for (const path of [
      `job?rid=${rid}`,
      `job?rid=${rid.toUpperCase()}`,
      `job/start?rid=${rid}`,
      'job',
      'job',
    ]) {
      expect((await ping(path)).status).toBe(200);
    }
    expect((await kept()).map(({ signal, rid: run }) => [signal, run])).toEqual([
      ['success', rid],
      ['start', rid],
      ['success', null],
      ['success', null],
    ]);
  });

  test.each([
    ['job/256', 'invalid url format'],
    ['job/stop', 'invalid url format'],
    ['a%20b', 'invalid url format'],
    [`${'x'.repeat(129)}`, 'invalid url format'],
    ['job?rid=17', 'invalid uuid format'],
    ['job?rid=', 'invalid uuid format'],
    [`job?rid=${randomUUID()}&rid=${randomUUID()}`, 'invalid uuid format'],
  ])('%s is a bad request', async (path, text) => {
    const answer = await ping(path);
    expect([answer.status, await answer.text()]).toEqual([400, text]);
    expect(await kept()).toEqual([]);
  });

  test('with another key, or where no key is set, is not found', async () => {
    const keyless = await startTestApi({ databaseUrl: database.readerUrl });
    const answers = await Promise.all([
      fetch(`${api.url}/ping/${KEY}x/job`),
      fetch(`${api.url}/ping/${KEY.slice(1)}/job/start`),
      fetch(`${keyless.url}/ping/${KEY}/job`),
    ]);
    await keyless.close();
    for (const answer of answers) expect([answer.status, await answer.text()]).toEqual([404, 'not found']);
    expect(await kept()).toEqual([]);
  });

  test('needs no token, and still no foreign Host name where none is set', async () => {
    expect((await fetch(`${guarded.url}/ping/${KEY}/job`)).status).toBe(200);
    const status = await new Promise((resolve, reject) => {
      request(`${api.url}/ping/${KEY}/job`, { headers: { host: 'rebound.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
  });

  test('wakes those who listen when it is kept', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('listen events');
      const told = new Promise((resolve) => client.once('notification', resolve));
      await ping('job');
      await told;
    } finally {
      client.release(true);
    }
  });

  test('is answered 503 while the database is away, never OK', async () => {
    const lost = await startTestApi({ databaseUrl: 'postgresql://127.0.0.1:1/x', pingKey: KEY });
    const answer = await fetch(`${lost.url}/ping/${KEY}/job`);
    await lost.close();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });
});

const event = (more: object = {}) => ({
  eventType: 'START',
  eventTime: '2026-03-01T06:00:00Z',
  producer: 'https://example.org',
  schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
  run: { runId: '0188a2c4-0000-7000-8000-000000000001' },
  job: { namespace: 'airflow', name: 'dag' },
  ...more,
});
const post = (
  body: string | object,
  headers: Record<string, string> = {},
  url = api.url,
): Promise<Response> =>
  fetch(`${url}/api/v1/lineage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? (body as string) : JSON.stringify(body),
  });

describe('an OpenLineage event', () => {
  test('is kept as it came, once', async () => {
    const text = JSON.stringify(event(), null, 2);
    const first = await post(text);
    expect([first.status, await first.json()]).toEqual([201, { status: 'kept' }]);
    const again = await post(text);
    expect([again.status, await again.json()]).toEqual([201, { status: 'known' }]);
    const { rows } = await database.pool.query('select via, message from received_event');
    expect(rows).toEqual([{ via: 'openlineage', message: text }]);
  });

  test('may be gzip, and only so large', async () => {
    const zipped = (value: object) => gzipSync(JSON.stringify(value));
    expect((await post(zipped(event()), { 'content-encoding': 'gzip' })).status).toBe(201);
    const bomb = zipped(event({ producer: 'x'.repeat(LINEAGE_BYTES) }));
    expect(bomb.length).toBeLessThan(10_000);
    expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
    expect((await post(event({ producer: 'x'.repeat(LINEAGE_BYTES) }))).status).toBe(413);
    expect((await post('{}', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post('{}', { 'content-encoding': 'br' })).status).toBe(415);
    expect(await kept()).toHaveLength(1);
  });

  test.each([
    ['', /JSON/],
    ['{"eventType":', /JSON/],
    ['[]', /found a list/],
    ['7', /eventTime/],
    [event({ eventType: 'GO' }), /^eventType: expected START, .*found "GO"$/],
    [event({ eventTime: 'now' }), /^eventTime/],
    [event({ run: {} }), /^run\.runId/],
    [event({ job: { name: 'x' } }), /^job\.namespace/],
    [Buffer.from([0x22, 0xff, 0x22]), /UTF-8/],
  ])('%j is refused with what is wrong', async (body, detail) => {
    const answer = await post(body as object);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ detail: expect.stringMatching(detail) });
    expect(await kept()).toEqual([]);
  });

  test('of a job alone is said to be ignored', async () => {
    const answer = await post({ eventTime: '2026-03-01T06:00:00Z', job: { namespace: 'a', name: 'b' } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'ignored' });
    expect(await kept()).toEqual([]);
  });

  test('is taken with the token or the ping key; the ping key opens nothing else', async () => {
    for (const secret of [TOKEN, KEY]) {
      expect((await post(event(), { authorization: `Bearer ${secret}` }, guarded.url)).status).toBe(201);
    }
    expect((await post(event(), {}, guarded.url)).status).toBe(401);
    expect((await post(event(), { authorization: 'Bearer another-one' }, guarded.url)).status).toBe(401);
    const read = await fetch(`${guarded.url}/v1/runs`, { headers: { authorization: `Bearer ${KEY}` } });
    expect(read.status).toBe(401);
  });

  test('comes by POST, as JSON', async () => {
    const get = await fetch(`${api.url}/api/v1/lineage`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    // A page of another origin may send this without asking first.
    expect((await post(event(), { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

test('the key is in no line of the log', async () => {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const config = { ...loadConfig({}), databaseUrl: database.readerUrl, apiPort: 0, pingKey: KEY };
  const logged = await startApi(config, pino({ level: 'trace' }, sink));
  for (const path of [
    `/ping/${KEY}/job`,
    `/ping/${KEY}/job/999`,
    `/ping/${KEY}`,
    `/x/${KEY}/y`,
    `/v1/runs?x=${KEY}`,
  ]) {
    await fetch(logged.url + path);
  }
  await fetch(`${logged.url}/ping/another-key-of-somebody/job`);
  await logged.close();
  const text = lines.join('');
  expect(text).toContain('"/ping/***/job"');
  expect(text).not.toContain(KEY);
  expect(text).not.toContain('another-key');
});

test('a path is masked also when it is misspelt', () => {
  expect(loggablePath(`/ping/${KEY}/a/start`, KEY)).toBe('/ping/***/a/start');
  expect(loggablePath('//PING//secret/a', null)).toBe('//PING//***/a');
  expect(loggablePath(`/pnig/${KEY}`, KEY)).toBe('/pnig/***');
  expect(loggablePath('/v1/runs', null)).toBe('/v1/runs');
});
