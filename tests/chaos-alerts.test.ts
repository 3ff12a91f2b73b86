import { afterAll, beforeAll, expect, it } from 'vitest';
import { stormAlerts } from '../scripts/benchmarks/chaos-alerts.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('a sender killed between send and record loses no message, and repeats at most one with its id', async () => {
  const storm = await stormAlerts(database.writerUrl, { kills: 10, seed: 1 });
  expect(storm).toMatchObject({ messages: 10, lost: 0, unknown: 0, unrecorded: 0 });
  expect(storm.mostRepeatedByAKill).toBe(1);
  expect(storm.repeated).toBeLessThanOrEqual(10);
}, 180_000);
