import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { beginChange, endChange, forgetChange } from '../../db/access/idempotent-requests.ts';
import { startTestApi } from '../../tests/api.ts';
import { insertExampleRows } from '../../tests/browser/example-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { aToken } from '../../tests/people.ts';
import { problemSchema } from '../contract/system.ts';
import type { RunningApi } from '../server.ts';

let database: TestDatabase;
let api: RunningApi;
let incident: number;
let camille: string;
let noah: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await insertExampleRows(database.pool, Date.parse('2026-03-02T06:00:00Z'));
  const { rows } = await database.pool.query(`select min(id) as id from incident where state <> 'resolved'`);
  incident = rows[0].id;
  camille = await aToken(database.pool, 'camille', 'operator');
  noah = await aToken(database.pool, 'noah', 'operator');
  // Nobody listens there: what needs Temporal fails on our side.
  api = await startTestApi({ databaseUrl: database.apiUrl, temporalAddress: '127.0.0.1:1' });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});
beforeEach(() => database.pool.query('truncate idempotent_request, incident_feedback'));

const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
  const response = await fetch(`${api.url}/v1/incidents/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${camille}`, ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
};
const feedback = (who: string, key?: string, headers = {}) =>
  post(`${incident}/feedback`, { who, useful: true }, { ...(key && { 'idempotency-key': key }), ...headers });
const kept = async (): Promise<number> =>
  (await database.pool.query('select count(*)::int as n from idempotent_request')).rows[0].n;

describe('a change with a key', () => {
  test('is done once and answered the same again', async () => {
    const first = await feedback('Camille', 'k1');
    await database.pool.query('truncate incident_feedback');
    const again = await feedback('Camille', 'k1');
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([204, null]);
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([204, '', 'true']);
    const { rowCount } = await database.pool.query('select from incident_feedback');
    expect(rowCount).toBe(0);
    await feedback('Camille', 'k2');
    expect((await database.pool.query('select from incident_feedback')).rowCount).toBe(1);
  });

  test('cannot be another one', async () => {
    await feedback('Camille', 'k1');
    const other = await feedback('Noah', 'k1');
    expect(other.status).toBe(422);
    expect(problemSchema.parse(JSON.parse(other.text)).type).toContain('key-used');
  });

  test('is of one address and of who asks', async () => {
    await feedback('Camille', 'k1');
    expect((await feedback('Noah', 'k1', { authorization: `Bearer ${noah}` })).status).toBe(204);
    expect(
      (await post('999999/feedback', { who: 'x', useful: true }, { 'idempotency-key': 'k1' })).status,
    ).toBe(404);
  });

  test('that is refused is refused the same way, as a problem', async () => {
    const refused = () => post('999999/feedback', { who: 'x', useful: true }, { 'idempotency-key': 'k' });
    const [first, again] = [await refused(), await refused()];
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers.get('content-type')).toContain('application/problem+json');
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  test('that failed on our side is forgotten and may be asked for again', async () => {
    const word = { who: 'Camille', why: 'I look' };
    const acknowledge = () => post(`${incident}/acknowledge`, word, { 'idempotency-key': 'k' });
    expect((await acknowledge()).status).toBe(503);
    expect(await kept()).toBe(0);
    const again = await acknowledge();
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([503, null]);
  });

  test('needs a key of printable characters; without one nothing is kept', async () => {
    for (const key of ['', 'a b', 'x'.repeat(201)]) {
      expect((await feedback('Camille', ' ', { 'idempotency-key': key })).status).toBe(400);
    }
    expect((await feedback('Camille')).status).toBe(204);
    expect(await kept()).toBe(0);
  });

  test('asked for many times at once is done once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => feedback('Camille', 'k')));
    const done = answers.filter(
      ({ status, headers }) => status === 204 && headers.get('idempotency-replayed') === null,
    );
    expect(done.length).toBe(1);
    for (const { status } of answers) expect([204, 409]).toContain(status);
  });
});

describe('what is kept of changes', () => {
  const hashes = { keyHash: 'a'.repeat(64), requestHash: 'b'.repeat(64) };
  const age = (interval: string) =>
    database.pool.query(`update idempotent_request set begun_at = begun_at - $1::interval`, [interval]);

  test('is running until it has an answer, which then stays', async () => {
    const { pool } = database;
    expect(await beginChange(pool, hashes)).toEqual({ outcome: 'begun' });
    expect(await beginChange(pool, hashes)).toEqual({ outcome: 'running' });
    expect(await beginChange(pool, { ...hashes, requestHash: 'c'.repeat(64) })).toEqual({ outcome: 'other' });
    await endChange(pool, hashes, { status: 200, answer: '{}' });
    await endChange(pool, hashes, { status: 404, answer: 'late' });
    await forgetChange(pool, hashes);
    expect(await beginChange(pool, hashes)).toEqual({ outcome: 'answered', status: 200, answer: '{}' });
  });

  test('ends after a day, and where who began it died after two minutes', async () => {
    const { pool } = database;
    await beginChange(pool, hashes);
    await age('3 minutes');
    expect(await beginChange(pool, hashes)).toEqual({ outcome: 'begun' });
    await endChange(pool, hashes, { status: 200, answer: '{}' });
    await age('23 hours');
    expect((await beginChange(pool, hashes)).outcome).toBe('answered');
    await age('2 hours');
    expect(await beginChange(pool, hashes)).toEqual({ outcome: 'begun' });
  });
});
