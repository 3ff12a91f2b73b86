import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { withTransaction } from '../pool.ts';
import { BinaryRows, copyBinary } from './binary-copy.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`create table everything (
    number bigint, halves bigint, instant timestamptz, value float8, word text, tags text[], extra jsonb, raw bytea)`);
});
afterAll(() => database.drop());

const maxInstant = Date.UTC(2100, 11, 31);
const textArbitrary = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\0', ' '));
const rowArbitrary = fc.record({
  number: fc.option(fc.maxSafeInteger()),
  instant: fc.option(fc.integer({ min: -maxInstant, max: maxInstant })),
  value: fc.double({ noNaN: true }).map((value) => value + 0),
  word: fc.option(textArbitrary),
  tags: fc.array(textArbitrary, { maxLength: 3 }),
  extra: fc.option(fc.dictionary(textArbitrary, textArbitrary, { maxKeys: 3, noNullPrototype: true })),
  raw: fc.uint8Array({ maxLength: 40 }),
});
type Row = typeof rowArbitrary extends fc.Arbitrary<infer T> ? T : never;

function written(rows: readonly Row[], cutEvery: number): Uint8Array[] {
  const out = new BinaryRows();
  const chunks: Uint8Array[] = [];
  for (const [index, row] of rows.entries()) {
    out.begin(8);
    out.int64(row.number);
    out.int64Halves(-7, 0xffff_fff0);
    out.instant(row.instant);
    out.float64(row.value);
    out.text(row.word);
    if (row.tags.length === 0) out.null();
    else out.textArray(row.tags);
    out.jsonb(row.extra === null ? null : JSON.stringify(row.extra));
    out.bytes(row.raw);
    if (index % cutEvery === 0) chunks.push(out.take());
  }
  chunks.push(out.take());
  return chunks;
}

const COLUMNS = 'everything (number, halves, instant, value, word, tags, extra, raw)';

test('what is written is what the server has, wherever the bytes are cut', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(rowArbitrary, { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (rows, cut) => {
        await withTransaction(database.pool, async (client) => {
          await client.query('truncate everything');
          await copyBinary(client, COLUMNS, written(rows, cut));
          const found = await client.query('select *, halves::text as halves from everything');
          expect(
            found.rows.map(({ number, halves, instant, value, word, tags, extra, raw }) => ({
              number,
              halves,
              instant: instant === null ? null : (instant as Date).getTime(),
              value,
              word,
              tags: tags ?? [],
              extra,
              raw: new Uint8Array(raw as Buffer),
            })),
          ).toEqual(
            rows.map((row) => ({ ...row, halves: String(-7n * 2n ** 32n + 0xffff_fff0n), raw: row.raw })),
          );
        });
      },
    ),
    { numRuns: 60 },
  );
});

test('a text that doubles the buffer, and half of a surrogate pair', async () => {
  await withTransaction(database.pool, async (client) => {
    await client.query('truncate everything');
    const rows = new BinaryRows();
    rows.begin(2);
    rows.text('é'.repeat(200_000));
    rows.jsonb('"a\ud800b"');
    await copyBinary(client, 'everything (word, extra)', [rows.take()]);
    const found = await client.query('select length(word) as length, extra from everything');
    expect(found.rows).toEqual([{ length: 200_000, extra: 'a\ufffdb' }]);
  });
});

test('an error of the server reaches the caller, also while it waits for room', async () => {
  const rows = new BinaryRows();
  rows.begin(1);
  rows.text('x'.repeat(1 << 20));
  const chunk = rows.take();
  await expect(
    withTransaction(database.pool, (client) =>
      copyBinary(client, 'everything (word, raw)', Array(40).fill(chunk)),
    ),
  ).rejects.toThrow('row field count is 1, expected 2');
});
