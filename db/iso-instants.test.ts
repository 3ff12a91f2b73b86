import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/database.ts';
import { ISO_INSTANTS, isoInstant } from './iso-instants.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

it('writes instants as dates do', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
      fc.constantFrom('UTC', 'Europe/Paris', 'Asia/Kathmandu'),
      async (at, zone) => {
        const client = await database.pool.connect();
        try {
          await client.query(`set timezone = '${zone}'`);
          const { rows } = await client.query<{ at: string }>({
            text: 'select $1::timestamptz as at',
            values: [at.toISOString()],
            types: ISO_INSTANTS,
          });
          expect(rows).toEqual([{ at: at.toISOString() }]);
        } finally {
          await client.query('reset timezone');
          client.release();
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('cuts off what is finer than a millisecond', () => {
  expect(isoInstant('2026-03-02 06:00:00.123999+00')).toBe('2026-03-02T06:00:00.123Z');
  expect(isoInstant('2026-03-02 06:00:00.5+00')).toBe('2026-03-02T06:00:00.500Z');
  expect(isoInstant('2026-03-02 06:00:00+00')).toBe('2026-03-02T06:00:00.000Z');
});
