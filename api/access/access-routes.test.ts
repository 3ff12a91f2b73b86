import { afterAll, beforeAll, expect, it } from 'vitest';
import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { startTestApi } from '../../tests/api.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { auditSchema, meSchema } from '../contract/access.ts';
import type { RunningApi } from '../server.ts';

let database: TestDatabase;
let api: RunningApi;
beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi({ databaseUrl: database.apiUrl });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});
const get = async (path: string) => (await fetch(api.url + path)).json();
const page = async (query: string) => auditSchema.parse(await get(`/v1/audit${query}`));

it('without an entry there is one empty page', async () => {
  expect(await page('')).toEqual({ items: [], next: null });
});

it('every entry is on one page, newest first, whatever is added meanwhile', async () => {
  const entry = { action: 'test', subject: 's', why: 'w', before: { a: 1 }, after: null, workflowId: 'w/1' };
  for (let index = 1; index <= 7; index++) {
    await saveAuditEntry(database.pool, { ...entry, who: index % 2 ? 'odd' : 'even' });
  }
  const seen: number[] = [];
  let after = '';
  do {
    const { items, next } = await page(`?limit=3${after}`);
    seen.push(...items.map(({ id }) => id));
    expect(items[0]).toMatchObject({ subject: 's', before: { a: 1 }, after: null, workflowId: 'w/1' });
    await saveAuditEntry(database.pool, { ...entry, who: 'meanwhile' });
    after = next === null ? '' : `&after=${next}`;
  } while (after !== '');
  expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
  expect((await page('?who=odd')).items.map(({ id }) => id)).toEqual([7, 5, 3, 1]);
  expect((await page('?who=odd&limit=4')).next).toBeNull();
  expect((await page('?subject=other')).items).toEqual([]);
  const last = (await page('?limit=1')).items[0]!;
  expect((await page(`?since=${last.at}`)).items.length).toBeGreaterThanOrEqual(1);
  expect((await page('?since=2999-01-01T00:00:00Z')).items).toEqual([]);
});

it.each(['limit=0', 'limit=501', 'after=x', 'after=!', 'since=yesterday', 'more=1', 'who='])(
  'a query of %s is refused',
  async (query) => {
    expect((await fetch(`${api.url}/v1/audit?${query}`)).status).toBe(400);
  },
);

it('tells who asks', async () => {
  expect(meSchema.parse(await get('/v1/me'))).toEqual({
    who: 'local',
    role: 'admin',
    kind: 'local',
    mayDo: ['viewer', 'operator', 'ml-engineer', 'admin'],
  });
});
