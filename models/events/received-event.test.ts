import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalUuid } from './canonical-uuid.ts';
import { createEventCleaner } from './event-cleaner.ts';
import { isStaticEvent } from './read-openlineage.ts';
import { isSlug, signalOf } from './read-ping.ts';
import { eventLine, readMessage } from './received-event.ts';
import type { RunEvent } from './run-event.ts';

const RECEIVED_AT = Date.UTC(2026, 2, 1, 6, 0, 0, 250);
const id = (n: number) => n.toString(16).padStart(64, '0');
const readPing = (ping: object) =>
  readMessage('ping', JSON.stringify({ slug: 'load', rid: null, body: '', ...ping }), 'default');
const lineage = (more: object = {}) => ({
  eventType: 'COMPLETE',
  eventTime: '2026-03-01T07:00:00.5+01:00',
  producer: 'https://example.org/airflow',
  schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
  run: { runId: '0188A2C4-0000-7000-8000-000000000001' },
  job: { namespace: 'airflow', name: 'dag.task' },
  ...more,
});
const readLineage = (event: unknown) => readMessage('openlineage', JSON.stringify(event), 'default');

describe('a ping', () => {
  test.each([
    ['success', 'success', null, null],
    ['start', 'start', null, null],
    ['log', 'log', null, null],
    ['fail', 'fail', null, null],
    [0, 'success', 0, null],
    [1, 'fail', 1, 'exit status 1'],
    [255, 'fail', 255, 'exit status 255'],
  ])('%j means %s', (signal, kind, exitStatus, error) => {
    expect(readPing({ signal })).toMatchObject({
      namespace: 'default',
      job: 'load',
      kind,
      exitStatus,
      error,
    });
  });

  test('what was posted is the log, of a failure the error; of a long text the end is kept', () => {
    expect(readPing({ signal: 'success', body: ' 12 rows\u0000\n' })).toMatchObject({
      log: '12 rows',
      error: null,
      anomalies: ['control-characters'],
    });
    expect(readPing({ signal: 2, body: 'disk full' })).toMatchObject({ log: null, error: 'disk full' });
    const long = readPing({
      signal: 'log',
      body: `${'a'.repeat(20_000)}😀${'b'.repeat(16_382)}`,
    }) as RunEvent;
    expect(long.log).toBe(`…${'b'.repeat(16_382)}`);
  });

  test.each(['', '256', '-1', '01x', 'stop', '1000', 'START'])('%j is no signal', (text) => {
    expect(signalOf(text)).toBeNull();
  });
  test('slugs and run ids', () => {
    for (const slug of ['a', 'load_orders', 'JOB-1.v2', 'x'.repeat(128)]) expect(isSlug(slug)).toBe(true);
    for (const slug of ['', 'a b', 'a/b', 'é', 'x'.repeat(129)]) expect(isSlug(slug)).toBe(false);
    expect(canonicalUuid('728B3763-ea80-4113-9fc0-f49b3adf226a')).toBe(
      '728b3763-ea80-4113-9fc0-f49b3adf226a',
    );
    for (const rid of ['', '728b3763', '{728b3763-ea80-4113-9fc0-f49b3adf226a}']) {
      expect(canonicalUuid(rid)).toBeNull();
    }
  });
});

describe('an OpenLineage event', () => {
  test('says what happened, when, and to which run', () => {
    expect(readLineage(lineage())).toMatchObject({
      namespace: 'airflow',
      job: 'dag.task',
      runId: '0188a2c4-0000-7000-8000-000000000001',
      kind: 'success',
      eventTime: Date.UTC(2026, 2, 1, 6, 0, 0, 500),
      producer: 'https://example.org/airflow',
      anomalies: [],
    });
  });

  test('its facets tell errors, rows, query, owner and parent', () => {
    const event = lineage({
      eventType: 'FAIL',
      run: {
        runId: '0188a2c4-0000-7000-8000-000000000001',
        facets: {
          errorMessage: { message: 'boom', programmingLanguage: 'PYTHON', stackTrace: 'at line 1' },
          parent: { run: { runId: 'p' }, job: { namespace: 'airflow', name: 'dag' } },
          nominalTime: { nominalStartTime: '2026-03-01T06:00:00Z' },
          smartEtl_exec: { exitStatus: 3, durationMs: 1500.4, host: 'etl-1', log: 'bye' },
        },
      },
      job: {
        namespace: 'airflow',
        name: 'dag.task',
        facets: {
          sql: { query: 'select 1' },
          ownership: { owners: [{ name: 'team:data' }] },
          sourceCodeLocation: { type: 'git', version: '4f2a' },
        },
      },
      inputs: [
        { inputFacets: { dataQualityMetrics: { rowCount: 10 } } },
        { inputFacets: { dataQualityMetrics: { rowCount: 5 } } },
      ],
      outputs: [{ outputFacets: { outputStatistics: { rowCount: 12, size: 100 } } }, {}],
    });
    expect(readLineage(event)).toMatchObject({
      kind: 'fail',
      error: 'boom\nat line 1',
      query: 'select 1',
      owner: 'team:data',
      rowsRead: 15,
      rowsWritten: 12,
      exitStatus: 3,
      durationMs: 1500,
      host: 'etl-1',
      log: 'bye',
      extra: {
        parent_run: 'p',
        parent_job: 'airflow/dag',
        nominal_start: '2026-03-01T06:00:00Z',
        job_version: '4f2a',
      },
    });
  });

  test('facets of another shape are taken as not told', () => {
    const odd = lineage({
      inputs: 'none',
      outputs: [{ outputFacets: { outputStatistics: { rowCount: -1 } } }, 7],
    });
    expect(readLineage(odd)).toMatchObject({ rowsRead: null, rowsWritten: null, error: null, extra: {} });
  });

  test.each([
    [{ eventType: 'PAUSE' }, /^eventType: expected START, .* found "PAUSE"$/],
    [{ eventType: 7 }, /^eventType: /],
    [{ eventTime: '2026-03-01T07:00:00' }, /^eventTime: expected an instant with its zone/],
    [{ eventTime: '2026-02-31T07:00:00Z' }, /^eventTime: /],
    [{ run: {} }, /^run\.runId: expected a UUID, found nothing$/],
    [{ job: { name: 'x' } }, /^job\.namespace: /],
    [{ job: { namespace: 'x', name: ' ' } }, /^job\.name: /],
  ])('%j is refused, and said why', (more, detail) => {
    const refused = readLineage(lineage(more));
    expect(refused).toMatchObject({ code: 'unreadable-event', detail: expect.stringMatching(detail) });
  });

  test('of a job or a dataset alone tells of no run', () => {
    expect(isStaticEvent({ eventTime: 'x', job: { namespace: 'a', name: 'b' } })).toBe(true);
    expect(isStaticEvent({ eventTime: 'x', dataset: {} })).toBe(true);
    for (const other of [lineage(), {}, null, [], 'x']) expect(isStaticEvent(other)).toBe(false);
  });

  test('never fails, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (run, job) => {
        const read = readMessage('openlineage', JSON.stringify(lineage({ run, job })) ?? 'null', 'x');
        expect('code' in read || read.kind === 'success').toBe(true);
      }),
    );
  });
});

describe('a file of events', () => {
  const ping = (n: number, body = '') =>
    eventLine({
      id: id(n),
      receivedAt: RECEIVED_AT,
      via: 'ping',
      message: JSON.stringify({ slug: 'job', signal: 'log', rid: null, body }),
    });

  test('gives each line as an event or as a refused row, at its place', () => {
    const good = ping(1, 'é\n');
    const bytes = new TextEncoder().encode(`${good}\nnonsense\n${ping(2)}{"id":"x"}`);
    const cleaner = createEventCleaner('default');
    const batch = cleaner.push(bytes);
    const rest = cleaner.end();
    expect(batch.records.map((event) => [event.rowNumber, event.id, event.eventTime, event.log])).toEqual([
      [1, id(1), RECEIVED_AT, 'é'],
      [3, id(2), RECEIVED_AT, null],
    ]);
    const goodBytes = new TextEncoder().encode(good).length;
    const refused = [...batch.refused, ...rest.refused];
    expect(refused.map(({ rowNumber, code, byteOffset }) => [rowNumber, code, byteOffset])).toEqual([
      [2, 'unreadable-event', goodBytes + 1],
      [4, 'unreadable-event', bytes.length - '{"id":"x"}'.length],
    ]);
    expect(new TextDecoder().decode(refused[0]!.bytes)).toBe('nonsense');
    expect(rest.totals).toMatchObject({ rowsIn: 4, records: 2, refused: 2 });
  });

  test('an empty one has no rows', () => {
    expect(createEventCleaner('x').end()).toMatchObject({ records: [], refused: [], totals: { rowsIn: 0 } });
  });

  test('a line over the cap is refused with its start, the next one is read', () => {
    const cleaner = createEventCleaner('default');
    const batch = cleaner.push(new TextEncoder().encode(`${'x'.repeat(5 * 1024 * 1024)}\n${ping(1)}`));
    expect(batch.refused.map(({ code, byteLength, bytes }) => [code, byteLength, bytes.length])).toEqual([
      ['record-too-long', 5 * 1024 * 1024, 4 * 1024 * 1024],
    ]);
    expect(batch.records.map(({ byteOffset }) => byteOffset)).toEqual([5 * 1024 * 1024 + 1]);
  });

  test('where it is cut does not matter', () => {
    const bytes = new TextEncoder().encode(`${ping(1, 'aé\n')}\n\nbad\n${ping(2)}${ping(3, '€')}`);
    const read = (cuts: number[]) => {
      const cleaner = createEventCleaner('default');
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const batches = places.slice(1).map((to, at) => cleaner.push(bytes.subarray(places[at], to)));
      const rest = cleaner.end();
      return [
        [...batches, rest].flatMap(({ records }) => records),
        [...batches, rest].flatMap(({ refused }) => refused),
        rest.totals,
      ];
    };
    const whole = read([]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 6 }), (cuts) => {
        expect(read(cuts)).toEqual(whole);
      }),
    );
  });
});
