import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../tests/api.ts';
import { insertExampleRows } from '../../tests/browser/example-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts';
import type { RunningApi } from '../server.ts';
import { Counter, Histogram, prometheusText } from './prometheus.ts';

let database: TestDatabase;
let api: RunningApi;

beforeAll(async () => {
  database = await createTestDatabase();
  await insertExampleRows(database.pool, Date.parse('2026-03-02T06:00:00Z'));
  api = await startTestApi({ databaseUrl: database.readerUrl });
});
afterAll(async () => {
  await api?.close();
  await database?.drop();
});

const scrape = async (url = api.url): Promise<string> => (await fetch(`${url}/metrics`)).text();
const seriesValue = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};

describe('the metrics', () => {
  test('count requests by route and class of status, whatever the address was', async () => {
    await fetch(`${api.url}/v1/jobs/1`);
    await fetch(`${api.url}/v1/jobs/2`);
    await fetch(`${api.url}/no/such/"address"`);
    const text = await scrape();
    const requests = (route: string, status: string) =>
      seriesValue(
        text,
        `smart_etl_http_requests_total{method="GET",route="${route}",status_class="${status}"}`,
      );
    expect(requests('/v1/jobs/:jobId', '4xx')).toBe(2);
    expect(requests('none', '4xx')).toBe(1);
    expect(text).not.toContain('address');
    const latency = (suffix: string) =>
      seriesValue(
        text,
        `smart_etl_http_request_duration_seconds${suffix.replace('{', '{route="/v1/jobs/:jobId"')}`,
      );
    expect(latency('_count{}')).toBe(2);
    expect(latency('_bucket{,le="+Inf"}')).toBe(2);
  });

  test('tell of the system itself', async () => {
    const text = await scrape();
    expect(seriesValue(text, 'smart_etl_database_up')).toBe(1);
    expect(seriesValue(text, 'smart_etl_open_incidents{severity="minor"}')).toBe(3);
    expect(seriesValue(text, 'smart_etl_open_incidents{severity="critical"}')).toBe(0);
    expect(seriesValue(text, 'smart_etl_quarantined_rows')).toBe(36);
    expect(seriesValue(text, 'smart_etl_files_waiting')).toBe(1);
    expect(seriesValue(text, 'smart_etl_outbox_pending_messages')).toBe(1);
    expect(seriesValue(text, 'smart_etl_champion_version')).toBe(2);
    expect(seriesValue(text, 'smart_etl_last_load_timestamp_seconds')).toBeGreaterThan(1.7e9);
  });

  test('are names and lines that Prometheus takes, each family once', async () => {
    const text = await scrape();
    const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    expect(new Set(names.map(([, name]) => name)).size).toBe(names.length);
    for (const [, name, type] of names) {
      expect(name).toMatch(/^(smart_etl|process)_[a-z0-9_]+$/);
      expect(name!.endsWith('_total')).toBe(type === 'counter');
      expect(name).not.toMatch(/_(ms|milliseconds|kb|mb|minutes|hours|days|percent)(_|$)/);
      expect(text).toContain(`# HELP ${name} `);
    }
    for (const line of text
      .trimEnd()
      .split('\n')
      .filter((one) => !one.startsWith('#'))) {
      expect(line).toMatch(/^[a-z_][a-z0-9_]*(\{([a-z_]+="[^"\n]*",?)+\})? -?[0-9.e+-]+$/);
    }
  });

  test('are told without a database, which is told to be down', async () => {
    const lost = await startTestApi({ databaseUrl: 'postgresql://127.0.0.1:1/x' });
    const text = await scrape(lost.url);
    await lost.close();
    expect(seriesValue(text, 'smart_etl_database_up')).toBe(0);
    expect(text).not.toContain('smart_etl_open_incidents');
  });
});

describe('the text', () => {
  test('escapes what stands in labels', () => {
    const counter = new Counter();
    counter.add({ what: 'a "b"\\\n' });
    counter.add({ what: 'a "b"\\\n' });
    const text = prometheusText([
      { name: 'x_total', help: 'h', type: 'counter', samples: counter.samples() },
    ]);
    expect(text).toBe('# HELP x_total h\n# TYPE x_total counter\nx_total{what="a \\"b\\"\\\\\\n"} 2\n');
  });

  test('of a histogram counts up to each bound, the bound included', () => {
    const histogram = new Histogram([1, 2]);
    for (const value of [1, 1.5, 2, 3]) histogram.observe({}, value);
    expect(histogram.samples().map(({ value }) => value)).toEqual([1, 3, 4, 7.5, 4]);
  });
});
