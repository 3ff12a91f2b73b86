import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { announceChange } from '../db/pool.ts';
import { startTestApi } from '../tests/api.ts';
import { createTestDatabase, type TestDatabase } from '../tests/database.ts';
import { openEvents } from '../tests/server-events.ts';
import { ROUTES } from './routes/routes.ts';
import type { RunningApi } from './server.ts';

const TOKEN = 'the-token-of-this-test';

let database: TestDatabase;
let open: RunningApi;
let guarded: RunningApi;

beforeAll(async () => {
  database = await createTestDatabase();
  open = await startTestApi({ databaseUrl: database.readerUrl });
  guarded = await startTestApi({ databaseUrl: database.readerUrl, apiToken: TOKEN });
});

afterAll(async () => {
  await Promise.all([open?.close(), guarded?.close()]);
  await database?.drop();
});

describe('with a token set', () => {
  const addresses = [
    ...ROUTES.filter((route) => !route.open).map(({ path }) => path),
    '/',
    '/main.ts',
    '/v1/stream',
    '/v1/me',
    '/v1/audit',
    '/metrics',
    '/v1/nothing',
  ];
  test.each(addresses)('%s is not answered without it', async (path) => {
    const response = await fetch(guarded.url + path);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  test('it opens the API to programs and browsers', async () => {
    const basic = `Basic ${Buffer.from(`me:${TOKEN}`).toString('base64')}`;
    for (const authorization of [`Bearer ${TOKEN}`, basic]) {
      const response = await fetch(`${guarded.url}/v1/overview`, { headers: { authorization } });
      expect(response.status).toBe(200);
    }
  });

  test('health is told to everybody', async () => {
    for (const { path } of ROUTES.filter((route) => route.open)) {
      expect((await fetch(guarded.url + path)).status).toBe(200);
    }
  });
});

test('without a token, a foreign Host name is refused', async () => {
  const status = await new Promise((resolve, reject) => {
    get(`${open.url}/v1/runs`, { headers: { host: 'rebound.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
  expect(status).toBe(421);
});

test('it does not start on a host that others reach when nobody could log in', async () => {
  await expect(startTestApi({ databaseUrl: database.readerUrl, apiHost: '0.0.0.0' })).rejects.toThrow(
    /nobody could log in.*set apiToken/,
  );
});

describe('the stream', () => {
  test('tells every browser what changed, when the transaction commits', async () => {
    const browsers = await Promise.all([
      openEvents(open.url),
      openEvents(open.url, { 'last-event-id': '7' }),
    ]);
    // The listener announces everything once when it connects; what is asked for here comes after that.
    await Promise.all(browsers.map((browser) => browser.next('database')));
    await announceChange(database.pool, 'models');
    for (const browser of browsers) {
      const event = await browser.next('change', ({ topic }) => topic === 'models');
      expect(event.data).toEqual({ topic: 'models' });
      expect(browser.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(browser.headers.get('content-security-policy')).toContain("default-src 'none'");
      browser.close();
    }
  });

  test('sends what was missed to who comes back, and says "reset" where that is not known', async () => {
    const before = await openEvents(open.url);
    await before.next('database');
    await announceChange(database.pool, 'models');
    const { id } = await before.next('change', ({ topic }) => topic === 'models');
    before.close();
    const witness = await openEvents(open.url);
    await announceChange(database.pool, 'incidents');
    await announceChange(database.pool, 'forecast');
    await witness.next('change', ({ topic }) => topic === 'forecast');
    witness.close();

    const back = await openEvents(open.url, { 'last-event-id': id! });
    const missed = await back.next('change');
    expect([missed.data, (await back.next('change')).data]).toEqual([
      { topic: 'incidents' },
      { topic: 'forecast' },
    ]);
    expect(back.seen.some(({ event }) => event === 'reset')).toBe(false);
    // As soon as it is back it goes on like the others, and what it sees last can be gone on from again.
    await announceChange(database.pool, 'runs');
    const last = await back.next('change', ({ topic }) => topic === 'runs');
    back.close();
    const [life, number] = last.id!.split(/-(?=\d+$)/) as [string, string];
    for (const unknown of [
      '7',
      'other-1',
      `${life}-${Number(number) + 1}`,
      `${life}-`,
      `${life}--1`,
      `${life}-1e3`,
    ]) {
      const lost = await openEvents(open.url, { 'last-event-id': unknown });
      await lost.next('reset');
      expect(lost.seen.map(({ event }) => event)).toEqual(['database', 'reset']);
      lost.close();
    }
    const none = await openEvents(open.url, { 'last-event-id': last.id! });
    await announceChange(database.pool, 'notifications');
    await none.next('change');
    expect(none.seen.map(({ event }) => event)).toEqual(['database', 'change']);
    none.close();
  });

  test('passes on no topic that is not known', async () => {
    const browser = await openEvents(open.url);
    await browser.next('database');
    await announceChange(database.pool, 'secret');
    await announceChange(database.pool, 'runs');
    await browser.next('change', ({ topic }) => topic === 'runs');
    expect(JSON.stringify(browser.seen)).not.toContain('secret');
    browser.close();
  });

  test('ends when the server closes, which does not wait for browsers', async () => {
    const api = await startTestApi({ databaseUrl: database.readerUrl });
    const browser = await openEvents(api.url);
    await api.close();
    await expect(browser.next('never')).rejects.toThrow('the stream ended');
  });
});
