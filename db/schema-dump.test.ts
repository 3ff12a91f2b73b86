import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderAnomalyCatalogue } from '../models/clean/anomaly-catalogue.ts';
import { createTestDatabase, type TestDatabase } from '../tests/database.ts';
import { describeSchema, dumpSchema } from './schema-dump.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const committed = (file: string) => readFileSync(path.join(import.meta.dirname, '..', file), 'utf8');

describe('what is committed is what is generated', () => {
  it('db/schema.sql (else run scripts/generate)', async () => {
    expect(await dumpSchema(database.pool)).toBe(committed('db/schema.sql'));
  });

  it('docs/data-dictionary.md (else run scripts/generate)', async () => {
    expect(await describeSchema(database.pool)).toBe(committed('docs/data-dictionary.md'));
  });

  it('docs/anomalies.md, of the cleaning rules (else run scripts/generate)', () => {
    expect(renderAnomalyCatalogue()).toBe(committed('docs/anomalies.md'));
  });

  it('refuses a column nobody has described', async () => {
    await database.pool.query('create table puzzling (x int)');
    await expect(describeSchema(database.pool)).rejects.toThrow(
      'without a comment in the schema: puzzling, puzzling.x',
    );
  });
});
