import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RunningApi } from '../api/server.ts';
import { pythonWith } from '../scripts/benchmarks/python-peers.ts';
import { createIdentity, type Identity } from '../scripts/conformance/identities.ts';
import { type KnownWords, readKnownWords } from '../scripts/conformance/known-words.ts';
import { askAs, CONFORM_SETTINGS, isConform } from '../scripts/conformance/schemathesis.ts';
import { startTestApi } from './api.ts';
import { insertExampleRows } from './browser/example-rows.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

type Document = { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> };

const PING_KEY = 'a-ping-key-of-this-test';
const LINK_KEY = 'a-key-of-at-least-thirty-two-characters';
const NOW_MS = Date.parse('2026-03-02T06:00:00Z');

/** Null where it cannot be had: a machine without Python, or one without a registry. CI has both. */
const python = await pythonWith('requirements-conformance.txt').then(
  (made) => made.python,
  (error: Error) => {
    if (process.env.CI) throw error;
    console.warn(`the API is not held against its document: ${error.message}`);
    return null;
  },
);

describe.skipIf(python === null)('the API', { timeout: 240_000 }, () => {
  let database: TestDatabase;
  let api: RunningApi;
  let words: KnownWords;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-conformance-'));
    database = await createTestDatabase();
    await insertExampleRows(database.pool, NOW_MS);
    // Nobody works here: what a model says would be waited for. `scripts/conform` has a worker.
    await database.pool.query('delete from model_alias');
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    words = await readKnownWords(client, { pingKey: PING_KEY, linkKey: LINK_KEY });
    await client.end();
    api = await startTestApi({
      ...CONFORM_SETTINGS,
      databaseUrl: database.apiUrl,
      temporalAddress: inject('temporalAddress'),
      pingKey: PING_KEY,
      linkKey: LINK_KEY,
    });
  });
  afterAll(async () => {
    await api?.close();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const asks = (identity: Identity, document: string, phases: string[], examples: number) =>
    askAs(identity, { python: python!, url: api.url, document, words, examples, seed: 1, folder, phases });

  // Edges of every keyword as well, by every role, is what `scripts/conform` asks: it takes minutes.
  it.each(['viewer', 'nobody'] as const)('answers %s as its document says', async (name) => {
    const identity = await createIdentity(database.pool, name, 40);
    const result = await asks(identity, `${api.url}/openapi.json`, ['fuzzing', 'stateful'], 4);
    expect(result).toMatchObject({ failures: [], errors: [], operations: { notAsked: [] } });
    expect(result.cases).toBeGreaterThan(result.operations.total);
    expect(isConform(result)).toBe(true);
  });

  it('is found out where the document says something else, or a door is open to others', async () => {
    const admin = await createIdentity(database.pool, 'admin', 1);
    const written = (await (await fetch(`${api.url}/openapi.json`)).json()) as Document;
    const operation = (address: string) => structuredClone(written.paths[address]!);
    const undocumented = operation('/v1/overview');
    delete undocumented.get!.responses[200];
    const otherwise = operation('/livez');
    otherwise.get!.responses[200] = {
      description: 'OK',
      content: { 'application/json': { schema: { properties: { status: { type: 'integer' } } } } },
    };
    const file = path.join(folder, 'wrong.json');
    const paths = {
      '/livez': otherwise,
      '/v1/overview': undocumented,
      '/v1/audit': operation('/v1/audit'),
      '/v1/never': operation('/livez'),
    };
    writeFileSync(file, JSON.stringify({ ...written, paths }));
    const result = await asks({ ...admin, name: 'viewer' }, file, ['fuzzing'], 3);
    const found = result.failures.map(({ title, operations }) => [title, operations]);
    expect(Object.fromEntries(found)).toMatchObject({
      'Wrong door': ['GET /v1/audit'],
      'Undocumented status code': expect.arrayContaining(['GET /v1/overview', 'GET /v1/never']),
      'Response violates schema': ['GET /livez'],
    });
    expect(isConform(result)).toBe(false);
  });
});
