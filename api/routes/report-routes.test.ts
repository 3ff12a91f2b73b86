import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { saveReport } from '../../db/report/reports.ts';
import { BUCKETS, createObjectStore } from '../../services/object-store.ts';
import { startTestApi } from '../../tests/api.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import { reportsSchema } from '../contract/reports.ts';
import type { RunningApi } from '../server.ts';

const PDF = Buffer.from('%PDF-1.7 a report');
let database: TestDatabase;
let api: RunningApi;

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = {
    objectStoreUrl: inject('objectStoreUrl'),
    objectStoreAccessKey: inject('objectStoreAccessKey'),
    objectStoreSecretKey: inject('objectStoreSecretKey'),
    objectStoreRegion: 'us-east-1',
  };
  const store = createObjectStore(settings);
  await store.ensureBuckets();
  const pdfSha256 = await store.put(BUCKETS.reports, PDF);
  const keep = (period: string, language: 'en' | 'fr', month: number, sha256 = pdfSha256) =>
    saveReport(database.pool, {
      period,
      language,
      fromAt: new Date(Date.UTC(2026, month - 1, 1)),
      toAt: new Date(Date.UTC(2026, month, 1)),
      asOf: new Date(Date.UTC(2026, month, 3)),
      timeZone: 'UTC',
      pdfSha256: sha256,
      pdfBytes: PDF.length,
      pages: 12,
      notebookSha256: sha256,
      figuresSha256: sha256,
      headline: { jobs: 3, runs: 40, failed: 4, hours: 1.5, lostHours: 0.25, incidents: 2 },
      workflowId: `report/${period}/${language}`,
    });
  await keep('2026-01', 'fr', 1);
  await keep('2026-02', 'fr', 2);
  await keep('2026-02', 'en', 2, '0'.repeat(64));
  api = await startTestApi({ databaseUrl: database.readerUrl, ...settings });
});

afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const list = async (query: string) => (await fetch(`${api.url}/v1/reports${query}`)).json();

describe('the list of reports', () => {
  test('has the latest period first, page by page', async () => {
    const first = reportsSchema.parse(await list('?limit=2'));
    expect(first.items.map(({ period, language }) => [period, language])).toEqual([
      ['2026-02', 'en'],
      ['2026-02', 'fr'],
    ]);
    const second = reportsSchema.parse(await list(`?limit=2&after=${first.next}`));
    expect(second.items.map(({ period }) => period)).toEqual(['2026-01']);
    expect(second.next).toBeNull();
  });

  test.each(['x', 'bm90aGluZw', Buffer.from('["2026","x","en"]').toString('base64url')])(
    'a cursor that is none is refused: %s',
    async (after) => {
      const response = await fetch(`${api.url}/v1/reports?after=${after}`);
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    },
  );
});

describe('the PDF of a report', () => {
  test('comes with its hash, and is not sent again to who has it', async () => {
    const response = await fetch(`${api.url}/v1/reports/2026-01/fr/pdf`);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-disposition')).toBe('inline; filename="smart-etl-2026-01-fr.pdf"');
    expect(Buffer.from(await response.arrayBuffer()).equals(PDF)).toBe(true);
    const etag = response.headers.get('etag')!;
    const again = await fetch(`${api.url}/v1/reports/2026-01/fr/pdf`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  test.each([
    ['/v1/reports/2026-01/en/pdf', 404],
    ['/v1/reports/%27/fr/pdf', 404],
    ['/v1/reports/2026-02/en/pdf', 503],
  ])('%s is answered with %i', async (path, status) => {
    const response = await fetch(api.url + path);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });
});
