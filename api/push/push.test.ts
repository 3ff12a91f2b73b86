import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStoreFiles } from '../../activities/load/collect-files.ts';
import { createLoadFiles } from '../../activities/load/load-files.ts';
import { saveSource } from '../../db/load/sources.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { startTestApi } from '../../tests/api.ts';
import { fileSchema } from '../contract/files.ts';
import { problemSchema } from '../contract/system.ts';
import type { RunningApi } from '../server.ts';
import { acceptedSchema } from './push.ts';

const TOKEN = 'the-token-of-this-test';
const MAX_BYTES = 3_000_000;
let stage: ActivityStage;
let api: RunningApi;
let folder: string;
const authorization = `Bearer ${TOKEN}`;

beforeAll(async () => {
  stage = await openActivityStage({ now: () => Date.now() + 60_000 });
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-push-'));
  const sourceOf = (name: string, kind: 'runs' | 'metrics', intake = {}) => ({
    name,
    kind,
    folder: path.join(folder, name),
    namespace: 'default',
    intake,
  });
  const sources = [
    sourceOf('runs', 'runs', { ignore: ['private*'] }),
    sourceOf('metrics', 'metrics'),
    sourceOf('logs', 'runs', { growing: true }),
    sourceOf('marked', 'runs', { marker: '.done' }),
    sourceOf('broken', 'runs'),
  ];
  for (const source of sources) await saveSource(stage.database.pool, source);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'broken'), 'a file where the folder should be');
  api = await startTestApi({
    databaseUrl: stage.database.readerUrl,
    apiToken: TOKEN,
    pushMaxBytes: MAX_BYTES,
    sources,
  });
});
afterAll(async () => {
  await api?.close();
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = (source: string, name: string, body: string | Uint8Array, headers = {}) =>
  fetch(`${api.url}/v1/sources/${source}/files/${name}`, {
    method: 'PUT',
    body: body as never,
    headers: { authorization, ...headers },
  });
const filesIn = (source: string): string[] =>
  existsSync(path.join(folder, source, 'inbox'))
    ? readdirSync(path.join(folder, source, 'inbox'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(path.join(folder, source), path.join(entry.parentPath, entry.name)))
    : [];
const collect = async (source: string) => {
  const paths = filesIn(source);
  return stage.run(createStoreFiles(stage.dependencies), { source, paths });
};

describe('a pushed file', () => {
  test('is accepted, collected and loaded, and leaves the inbox', async () => {
    const body = 'job_id,run_id,started_at,status\npushed,1,2026-03-01T05:00:00Z,ok\n';
    const sha256 = createHash('sha256').update(body).digest('hex');
    const response = await put('runs', 'été 1.csv', body, { 'content-type': 'text/csv' });
    expect(response.status).toBe(202);
    const accepted = acceptedSchema.parse(await response.json());
    expect(accepted).toEqual({
      source: 'runs',
      name: 'été 1.csv',
      sha256,
      sizeBytes: Buffer.byteLength(body),
      state: `/v1/files/${sha256}`,
    });
    const ask = () => fetch(api.url + accepted.state, { headers: { authorization } });
    expect((await ask()).status).toBe(404);
    const { files } = await collect('runs');
    expect(files).toEqual([sha256]);
    expect(filesIn('runs')).toEqual([]);
    await stage.run(createLoadFiles(stage.dependencies), { files });
    const state = fileSchema.parse(await (await ask()).json());
    expect(state).toMatchObject({ name: 'été 1.csv', state: 'loaded', rowsLoaded: 1 });
    // The same bytes again are the same file.
    expect((await put('runs', 'été 1.csv', body)).status).toBe(202);
    expect((await put('runs', 'other.csv', body, { 'content-type': 'application/json' })).status).toBe(202);
    await collect('runs');
    const { rows } = await stage.database.pool.query(`select count(*) from file where sha256 = $1`, [sha256]);
    expect(rows).toEqual([{ count: 1 }]);
  });

  test('of some size is streamed; twice at the same time is once', async () => {
    const body = randomBytes(MAX_BYTES);
    const responses = await Promise.all([put('runs', 'big.bin', body), put('runs', 'big.bin', body)]);
    expect(responses.map(({ status }) => status)).toEqual([202, 202]);
    const files = filesIn('runs');
    expect(files).toHaveLength(1);
    expect(readFileSync(path.join(folder, 'runs', files[0]!)).equals(body)).toBe(true);
  });

  test('that is too large is refused, told beforehand or not, and leaves nothing', async () => {
    const before = filesIn('runs');
    const told = await put('runs', 'huge.bin', Buffer.alloc(MAX_BYTES + 1));
    expect(told.status).toBe(413);
    const untold = await new Promise<number>((resolve, reject) => {
      const { hostname, port } = new URL(api.url);
      const sending = request(
        {
          hostname,
          port,
          path: '/v1/sources/runs/files/huge.bin',
          method: 'PUT',
          headers: { authorization },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode!);
        },
      );
      sending.on('error', reject);
      for (let i = 0; i < 4; i++) sending.write(Buffer.alloc(1_000_000));
      sending.end();
    });
    expect(untold).toBe(413);
    expect(filesIn('runs')).toEqual(before);
  });

  test('that is cut off leaves nothing', async () => {
    const before = filesIn('runs');
    await new Promise<void>((resolve) => {
      const { hostname, port } = new URL(api.url);
      const headers = { authorization, 'content-length': 1000 };
      const sending = request({
        hostname,
        port,
        path: '/v1/sources/runs/files/cut.csv',
        method: 'PUT',
        headers,
      });
      sending.on('error', () => resolve());
      sending.write('half', () => setTimeout(() => sending.destroy(), 50));
    });
    await expect.poll(() => filesIn('runs')).toEqual(before);
  });

  test.each([
    ['nowhere', 'a.csv', 404],
    ['logs', 'a.csv', 409],
    ['broken', 'a.csv', 503],
    ['runs', '.hidden.csv', 400],
    ['runs', 'a.csv.part', 400],
    ['runs', 'private-a.csv', 400],
    ['runs', '..%2F..%2Fa.csv', 400],
    ['runs', `${'a'.repeat(230)}.csv`, 400],
  ])('to %s as %s is answered %i with the reason', async (source, name, status) => {
    const response = await put(source, name, 'job,start\n');
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    problemSchema.parse(await response.json());
  });

  test('needs the token', async () => {
    expect((await put('runs', 'a.csv', 'x', { authorization: 'Bearer wrong' })).status).toBe(401);
  });

  test('to a source with markers gets one', async () => {
    await put('marked', 'a.csv', 'job,marked\n');
    expect(await collect('marked')).toMatchObject({ stored: 1 });
    expect(filesIn('marked')).toEqual([]);
  });
});

describe('pushed samples', () => {
  const post = (source: string, body: unknown) =>
    fetch(`${api.url}/v1/sources/${source}/samples`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { authorization, 'content-type': 'application/json' },
    });
  const sample = { host: 'srv, "1"', metric: 'cpu_percent', ts: '2026-03-01T06:00:00+01:00', value: 12.5 };

  test('are loaded like any metric file', async () => {
    const response = await post('metrics', { samples: [sample] });
    expect(response.status).toBe(202);
    const { files } = await collect('metrics');
    expect(await stage.run(createLoadFiles(stage.dependencies), { files })).toMatchObject({ rowsLoaded: 1 });
    const { rows } = await stage.database.pool.query(`select host, metric, ts, value from metric_sample`);
    expect(rows).toEqual([{ ...sample, ts: new Date(sample.ts) }]);
  });

  test.each([
    ['metrics', {}, 400],
    ['metrics', { samples: [] }, 400],
    ['metrics', { samples: [{ ...sample, value: 'high' }] }, 400],
    ['metrics', { samples: [{ ...sample, host: 'a\nb' }] }, 400],
    ['metrics', { samples: [{ ...sample, ts: 'now' }] }, 400],
    ['metrics', '{', 400],
    ['metrics', { samples: Array.from({ length: 10_001 }, () => ({ ...sample, host: 'a' })) }, 400],
    ['metrics', { samples: Array.from({ length: 20_000 }, () => sample) }, 413],
    ['runs', { samples: [sample] }, 409],
    ['nowhere', { samples: [sample] }, 404],
  ])('to %s: %j is answered with the reason', async (source, body, status) => {
    const response = await post(source, body);
    expect(response.status).toBe(status);
    problemSchema.parse(await response.json());
  });
});
