import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPayloadCodec } from '../../services/payload-codec.ts';
import { readPayloadKeys } from '../../services/payload-keys.ts';
import { startTestApi } from '../../tests/api.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { aBrowser, aToken, aUser } from '../../tests/people.ts';
import type { Payloads } from '../contract/codec.ts';
import type { Problem } from '../contract/system.ts';
import type { RunningApi } from '../server.ts';

const UI = 'http://127.0.0.1:8233';
type Json = Payloads['payloads'][number];

let folder: string;
let database: TestDatabase;
let api: RunningApi;
let keysFile: string;
let cookie: string;
let tokens: Record<'viewer' | 'operator' | 'ml-engineer', string>;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-codec-'));
  keysFile = path.join(folder, 'keys');
  writeFileSync(keysFile, `${randomBytes(32).toString('base64')}\n`);
  database = await createTestDatabase();
  const { pool } = database;
  tokens = {
    viewer: await aToken(pool, 'viewer', 'viewer'),
    operator: await aToken(pool, 'operator', 'operator'),
    'ml-engineer': await aToken(pool, 'ml-engineer', 'ml-engineer'),
  };
  cookie = (await aBrowser(pool, await aUser(pool, 'ann', 'operator', 'never used here'))).cookie!;
  api = await startTestApi({
    databaseUrl: database.apiUrl,
    temporalUiUrl: UI,
    temporalPayloadKeysFile: keysFile,
  });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const jsonOf = ({
  metadata,
  data,
}: {
  metadata?: Record<string, Uint8Array> | null;
  data?: Uint8Array | null;
}): Json => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)])),
  ...(data && { data: base64(data) }),
});
const plain = (value: unknown) => jsonOf(defaultPayloadConverter.toPayload(value));
async function encrypted(value: unknown, file = keysFile): Promise<Json> {
  const codec = createPayloadCodec(readPayloadKeys(file));
  return jsonOf((await codec.encode([defaultPayloadConverter.toPayload(value)]))[0]!);
}

/** Asks as the Temporal UI 2.50 does. */
async function ask(what: 'decode' | 'encode', body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/v1/codec/${what}?preserveStorageRefs=true`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', 'x-namespace': 'default' },
      ...('authorization' in headers || 'cookie' in headers
        ? {}
        : { authorization: `Bearer ${tokens.operator}` }),
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Payloads & Problem;
  return { status: response.status, headers: response.headers, answer };
}

describe('the codec server', () => {
  it('decodes what is encrypted, and gives back the rest as it came, in its order', async () => {
    const who = { who: 'marie@example.org', why: 'late' };
    const payloads = [plain(undefined), await encrypted(who), plain('readable'), await encrypted(undefined)];
    const { status, answer, headers } = await ask('decode', { payloads });
    expect(status).toBe(200);
    expect(answer).toEqual({ payloads: [payloads[0], plain(who), payloads[2], plain(undefined)] });
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await ask('decode', { payloads: [] })).answer).toEqual({ payloads: [] });
  });

  it('encodes what somebody types in the Temporal UI, as workers take it', async () => {
    const { status, answer } = await ask('encode', { payloads: [plain({ source: 'runs' })] });
    expect(status).toBe(200);
    expect(Buffer.from(answer.payloads[0]!.metadata!.encoding!, 'base64').toString()).toBe(
      'binary/encrypted',
    );
    expect((await ask('decode', answer)).answer).toEqual({ payloads: [plain({ source: 'runs' })] });
  });

  it('says which payload was changed, and which key is missing', async () => {
    const changed = await encrypted('x');
    const data = Buffer.from(changed.data!, 'base64');
    data[20]! ^= 1;
    const refused = await ask('decode', { payloads: [plain('x'), { ...changed, data: base64(data) }] });
    expect([refused.status, refused.answer.type]).toEqual([400, 'urn:smart-etl:problem:not-decodable']);
    expect(refused.answer.detail).toMatch(/^payloads\.1: a payload is not what was encrypted with the key/);
    const other = path.join(folder, 'other');
    writeFileSync(other, randomBytes(32).toString('base64'));
    const unknown = await ask('decode', { payloads: [await encrypted('x', other)] });
    expect(unknown.answer.detail).toContain(
      `is encrypted with the key ${readPayloadKeys(other)[0]!.id}; temporalPayloadKeysFile has ${readPayloadKeys(keysFile)[0]!.id}`,
    );
  });

  it.each([
    ['no payloads', {}],
    ['what is not base64', { payloads: [{ data: '***' }] }],
    ['too many', { payloads: Array.from({ length: 1_001 }, () => ({})) }],
  ])('refuses %s', async (_, body) => {
    expect((await ask('decode', body)).status).toBe(400);
  });

  it('takes a page of a history and not more bytes', async () => {
    const large = plain('x'.repeat(64 * 1024));
    const page = { payloads: Array.from({ length: 40 }, () => large) };
    expect((await ask('decode', page)).answer).toEqual(page);
    expect((await ask('decode', { payloads: [plain('x'.repeat(4 * 1024 * 1024))] })).status).toBe(413);
  });
});

describe('who may ask it', () => {
  it('is whoever acts, in whichever role; not viewers, not nobody', async () => {
    const status = async (authorization: string) =>
      (await ask('decode', { payloads: [] }, { authorization })).status;
    expect(await status(`Bearer ${tokens.viewer}`)).toBe(403);
    expect(await status(`Bearer ${tokens['ml-engineer']}`)).toBe(200);
    expect((await ask('decode', { payloads: [] }, { cookie: 'a=b' })).status).toBe(401);
  });

  it('is the page of Temporal with the session of its visitor, and no other page', async () => {
    const { headers, status } = await ask(
      'decode',
      { payloads: [] },
      { cookie, origin: UI, 'sec-fetch-site': 'same-site' },
    );
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe(UI);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    for (const origin of ['http://localhost:8233', 'http://127.0.0.1:8234', 'https://evil.example', 'null']) {
      const foreign = await ask(
        'decode',
        { payloads: [] },
        { cookie, origin, 'sec-fetch-site': 'same-site' },
      );
      expect([origin, foreign.status, foreign.answer.type]).toEqual([
        origin,
        403,
        'urn:smart-etl:problem:not-own-page',
      ]);
      expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    }
    // It may ask for nothing else.
    const silenced = await fetch(`${api.url}/v1/incidents/1/silence`, {
      method: 'POST',
      headers: { cookie, origin: UI, 'sec-fetch-site': 'same-site', 'content-type': 'application/json' },
      body: '{}',
    });
    expect(silenced.status).toBe(403);
    expect(silenced.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('a browser that asks before, as nobody, is told so', async () => {
    const preflight = (origin: string, address = '/v1/codec/decode?preserveStorageRefs=true') =>
      fetch(api.url + address, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,x-namespace',
        },
      });
    const told = await preflight(UI);
    expect(told.status).toBe(204);
    expect(Object.fromEntries(told.headers)).toMatchObject({
      'access-control-allow-origin': UI,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type, x-namespace',
      vary: 'origin',
    });
    for (const [origin, address] of [
      ['https://evil.example', undefined],
      [UI, '/v1/runs'],
    ] as const) {
      const refused = await preflight(origin, address);
      expect(refused.ok).toBe(false);
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
