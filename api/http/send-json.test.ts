import { gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { isKnown, sendJson, takesGzip } from './send-json.ts';

const long = { items: Array.from({ length: 5_000 }, (_, n) => ({ job: `job ${n}`, status: 'succeeded' })) };

async function answered(answer: unknown, headers: Record<string, string>) {
  const app = Fastify();
  app.get('/', (request, reply) => sendJson(request, reply, answer));
  const response = await app.inject({ url: '/', headers });
  await app.close();
  return response;
}

describe('an answer as JSON', () => {
  it('is packed where it is long and the caller takes it so, and is the same unpacked', async () => {
    const packed = await answered(long, { 'accept-encoding': 'br, gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.rawPayload.length).toBeLessThan(JSON.stringify(long).length / 5);
    expect(JSON.parse(gunzipSync(packed.rawPayload).toString())).toEqual(long);
    expect(packed.headers.vary).toContain('accept-encoding');
  });

  it.each([['deflate'], ['gzip;q=0'], ['identity']])(
    'is sent as it is to a caller of %s',
    async (encoding) => {
      const plain = await answered(long, { 'accept-encoding': encoding });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.json()).toEqual(long);
    },
  );

  it('is not packed where it is short', async () => {
    const short = await answered({ status: 'ready' }, { 'accept-encoding': 'gzip' });
    expect(short.headers['content-encoding']).toBeUndefined();
    expect(short.json()).toEqual({ status: 'ready' });
  });

  it('has one tag however it is sent, and is not sent to whom has it', async () => {
    const packed = await answered(long, { 'accept-encoding': 'gzip' });
    const plain = await answered(long, {});
    expect(packed.headers.etag).toBe(plain.headers.etag);
    const known = await answered(long, { 'if-none-match': String(plain.headers.etag) });
    expect([known.statusCode, known.payload]).toEqual([304, '']);
    const other = await answered({ ...long, next: null }, { 'if-none-match': String(plain.headers.etag) });
    expect(other.statusCode).toBe(200);
  });
});

it.each([
  ['gzip', true],
  ['GZIP;q=0.5', true],
  ['gzip;q=0, br', false],
  ['gzip; q=0.0', false],
  ['x-gzipped', false],
  [undefined, false],
])('accept-encoding %s takes gzip: %s', (encoding, takes) => {
  expect(takesGzip({ headers: encoding === undefined ? {} : { 'accept-encoding': encoding } })).toBe(takes);
});

it('compares tags weakly, each of a list', () => {
  expect(isKnown('"a", W/"b"', 'W/"b"')).toBe(true);
  expect(isKnown('"a"', 'W/"b"')).toBe(false);
  expect(isKnown(undefined, 'W/"b"')).toBe(false);
});
