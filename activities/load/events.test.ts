import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lastArrival } from '../../db/estate-clock.ts';
import { findFiles, pendingFiles } from '../../db/load/files.ts';
import { receiveEvent } from '../../db/load/received-events.ts';
import { createPool } from '../../db/pool.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import type { Dependencies } from '../dependencies.ts';
import { createActivities } from '../index.ts';
import { createLoadFiles } from './load-files.ts';
import { createPackEvents } from './pack-events.ts';

let stage: ActivityStage;
beforeAll(async () => {
  stage = await openActivityStage();
});
afterAll(() => stage.close());

const TABLES = 'received_event, event_file, run_event, run, quarantine, arrival, file, job';
beforeEach(() => stage.database.pool.query(`truncate ${TABLES} cascade`));

const idOf = (n: number) => n.toString(16).padStart(64, '0');
let nextId = 1;
const receive = (via: 'ping' | 'openlineage', message: object, id = idOf(nextId++)) =>
  receiveEvent(stage.dependencies.pool, { id, via, message: JSON.stringify(message) });
const ping = (slug: string, signal: string | number, more: object = {}) =>
  receive('ping', { slug, signal, rid: null, body: '', ...more });
const lineage = (eventType: string, runId: string, eventTime: string, more: object = {}) =>
  receive('openlineage', {
    eventType,
    eventTime,
    run: { runId },
    job: { namespace: 'ol', name: 'dag' },
    ...more,
  });

const pack = (dependencies: Dependencies = stage.dependencies) =>
  stage.run(createPackEvents(dependencies), undefined);
const load = (files: string[]) => stage.run(createLoadFiles(stage.dependencies), { files });
const pending = () => pendingFiles(stage.database.pool, 'events', 100);
const packAndLoad = async () => {
  await pack();
  return load(await pending());
};

async function runs() {
  const { rows } = await stage.database.pool.query(
    `select namespace, name, run_key, status, started_at, ended_at, duration_ms, known_at, error, extra, anomalies,
       rows_written, digest::text as digest, row_number
     from run join job on job.id = job_id order by name, run_key, known_at`,
  );
  return rows;
}

describe('events from their receipt to the tables', () => {
  it('become runs, in an original that the ledger accounts for', async () => {
    expect(await pack()).toEqual({ packed: 0, more: false });
    await ping('load', 'start');
    await ping('load', 3, { body: 'disk full' });
    await receive('openlineage', { eventType: 'COMPLETE' });
    expect(await pack()).toEqual({ packed: 3, more: false });
    expect(await pack()).toEqual({ packed: 0, more: false });

    const files = await pending();
    expect(files).toHaveLength(1);
    expect(await load(files)).toMatchObject({ loaded: 1, rowsIn: 3, rowsLoaded: 2, rowsQuarantined: 1 });
    const [running, failed] = await runs();
    expect(running).toMatchObject({ namespace: 'default', name: 'load', status: 'running', row_number: 1 });
    expect(failed).toMatchObject({
      status: 'failed',
      error: 'disk full',
      extra: { exit_status: '3' },
      row_number: 2,
    });
    expect(failed.run_key).toBe(running.run_key);
    expect(failed.duration_ms).toBe(failed.ended_at - running.started_at);
    const { rows } = await stage.database.pool.query('select code, detail from quarantine');
    expect(rows).toEqual([{ code: 'unreadable-event', detail: expect.stringMatching(/^eventTime: /) }]);
  });

  it('twice is once: sent again, packed again, loaded again', async () => {
    const runId = randomUUID();
    const start = {
      eventType: 'START',
      eventTime: '2026-03-01T06:00:00Z',
      run: { runId },
      job: { namespace: 'ol', name: 'dag' },
    };
    expect(await receive('openlineage', start, idOf(0xabc))).toBe(true);
    expect(await receive('openlineage', start, idOf(0xabc))).toBe(false);
    expect(await packAndLoad()).toMatchObject({ rowsLoaded: 1, rowsDuplicate: 0 });
    const before = await runs();

    expect(await receive('openlineage', start, idOf(0xabc))).toBe(true);
    expect(await packAndLoad()).toMatchObject({ rowsIn: 1, rowsLoaded: 0, rowsDuplicate: 1 });
    const { rows: files } = await stage.database.pool.query('select sha256 from file order by id');
    await load(files.map(({ sha256 }) => sha256));
    expect(await runs()).toEqual(before);
  });

  it('an end that comes before its start is mended by it, over files', async () => {
    const runId = randomUUID();
    await lineage('COMPLETE', runId, '2026-03-01T06:05:00Z', {
      outputs: [{ outputFacets: { outputStatistics: { rowCount: 12 } } }],
    });
    await packAndLoad();
    await lineage('START', runId, '2026-03-01T06:00:00Z');
    await packAndLoad();
    expect(await runs()).toMatchObject([
      { status: 'succeeded', duration_ms: null, anomalies: ['missing-start'], rows_written: 12 },
      { status: 'succeeded', duration_ms: 300_000, anomalies: null, rows_written: 12 },
    ]);
    const { rows } = await stage.database.pool.query('select started_at, duration_ms from run_latest');
    expect(rows).toEqual([{ started_at: new Date('2026-03-01T06:00:00Z'), duration_ms: 300_000 }]);
  });

  it('the same runs, whether loaded one file at a time or all at once', async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    const tell = [
      () => ping('p', 'start'),
      () => lineage('COMPLETE', a, '2026-03-01T06:05:00Z'),
      () => ping('p', 'log', { body: 'half' }),
      () => lineage('START', b, '2026-03-01T06:00:00Z'),
      () => ping('p', 0),
      () => lineage('START', a, '2026-03-01T06:01:00Z'),
      () => ping('p', 'success'),
      () => lineage('FAIL', b, '2026-03-01T06:02:00Z'),
      () => lineage('RUNNING', b, '2026-03-01T06:03:00Z'),
      () => ping('p', 'start'),
    ];
    for (const one of tell) {
      await one();
      await packAndLoad();
    }
    const portions = await runs();
    expect(portions.length).toBeGreaterThan(6);

    const { rows: files } = await stage.database.pool.query('select sha256 from file order by id');
    await stage.database.pool.query(
      `truncate run_event, run, job cascade;
       update file set state = 'stored', rows_in = null, rows_loaded = null, rows_duplicate = null,
         rows_quarantined = null`,
    );
    await load(files.map(({ sha256 }) => sha256));
    expect(await runs()).toEqual(portions);
  });

  it('are the last arrival where there is no run log, and do not carry an old estate to today', async () => {
    const pool = stage.database.pool;
    expect(await lastArrival(pool)).toBeNull();
    await ping('load', 'success');
    await packAndLoad();
    const { rows } = await pool.query('select max(received_at) as at from run_event');
    expect(await lastArrival(pool)).toEqual(rows[0].at);
    const log = await stage.storeFile(
      'job,run_id,started_at,duration_s,status\na,1,2026-01-31T06:00:00Z,60,ok\n',
    );
    await load([log]);
    expect(await lastArrival(pool)).toEqual(new Date('2026-01-31T06:01:00Z'));
  });

  it('made anew from their originals they are the same', async () => {
    const { beginRebuild, rebuildFiles, compareRebuild, finishRebuild } = createActivities(
      stage.dependencies,
    );
    await ping('load', 'start');
    await packAndLoad();
    await ping('load', 3, { body: 'disk full' });
    await lineage('COMPLETE', randomUUID(), '2026-03-01T05:10:00Z');
    await packAndLoad();
    const before = await runs();
    expect(before).toHaveLength(3);
    await beginRebuild();
    while ((await stage.run<undefined, { waiting: number }>(rebuildFiles, undefined)).waiting > 0);
    expect(await stage.run<undefined, unknown>(compareRebuild, undefined)).toMatchObject({ differences: [] });
    const by = { who: 'ann', why: 'test', workflowId: 'w' };
    expect(await stage.run(finishRebuild, by)).toEqual({ finished: true });
    expect(await runs()).toEqual(before);
    const { rows } = await stage.database.pool.query('select count(*) from run_event');
    expect(rows).toEqual([{ count: 3 }]);
  });

  it('a later file waits for the earlier ones', async () => {
    await ping('load', 'start');
    await pack();
    await ping('load', 'success');
    await pack();
    const files = await pending();
    await expect(load(files.slice(1))).rejects.toThrow(
      'events that were received earlier are not loaded yet',
    );
    expect((await findFiles(stage.database.pool, files)).map(({ state }) => state)).toEqual([
      'stored',
      'stored',
    ]);
    expect(await load(files)).toMatchObject({ loaded: 2, rowsLoaded: 2 });
    expect(await runs()).toHaveLength(2);
  });

  it('packed in portions, each later than the one before, whatever the clock says', async () => {
    await ping('load', 'start');
    await pack();
    await ping('load', 'success');
    await stage.database.pool.query(
      `update received_event set received_at = received_at - interval '1 hour'`,
    );
    await pack();
    await load(await pending());
    const { rows } = await stage.database.pool.query(
      'select received_at as at, kind from run_event order by received_at',
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['start', 'success']);
    expect(rows[1].at - rows[0].at).toBe(1);
  });

  it('nothing is lost when the store fails or the attempt is cut off', async () => {
    await ping('load', 'success');
    const broken = {
      ...stage.dependencies,
      objectStore: {
        ...stage.dependencies.objectStore,
        putOriginal: () => Promise.reject(new Error('no store')),
      },
    };
    await expect(pack(broken)).rejects.toThrow('no store');
    const cut = {
      ...stage.dependencies,
      objectStore: {
        ...stage.dependencies.objectStore,
        putOriginal: async (...args: Parameters<Dependencies['objectStore']['putOriginal']>) => {
          await stage.dependencies.objectStore.putOriginal(...args);
          throw new Error('killed after the object was stored');
        },
      },
    };
    await expect(pack(cut)).rejects.toThrow('killed');
    expect(await pack()).toEqual({ packed: 1, more: false });
    expect(await load(await pending())).toMatchObject({ rowsLoaded: 1 });
  });

  it('two that pack at once pack each message once', async () => {
    for (let n = 0; n < 20; n++) await ping('load', 'log');
    const outcomes = await Promise.all([pack(), pack()]);
    expect(outcomes.map(({ packed }) => packed).sort()).toEqual([0, 20]);
  });

  it('half a character, NUL and other oddities are no reason to stop', async () => {
    await lineage('FAIL', 'r\ud800', '2026-03-01T06:05:00Z', {
      run: {
        runId: 'r\ud800',
        facets: { errorMessage: { message: 'a\u0000b\udc00' }, smartEtl_exec: { log: '\ud800' } },
      },
    });
    await ping('load', 'fail', { body: 'x\u0000\ud83d' });
    expect(await packAndLoad()).toMatchObject({ rowsLoaded: 2 });
    expect((await runs()).map(({ error }) => error)).toEqual(['ab\ufffd', 'x\ufffd']);
  });

  it('when too many wait, no more are taken', async () => {
    await ping('load', 'log');
    await stage.database.pool.query(
      `insert into received_event (id, event_id, via, message) overriding system value
       select max(id) + 1000000, repeat('f', 64), 'ping', '{}' from received_event`,
    );
    await expect(ping('load', 'log')).rejects.toThrow('more than 1,000,000 events wait');
  });

  it('the API may hand in events and nothing else', async () => {
    const reader = createPool(stage.database.readerUrl, { max: 1 });
    try {
      expect(await receiveEvent(reader, { id: idOf(1e9), via: 'ping', message: '{}' })).toBe(true);
      for (const statement of [
        'select * from received_event',
        'delete from received_event',
        'delete from run_event',
      ]) {
        await expect(reader.query(statement)).rejects.toThrow('permission denied');
      }
    } finally {
      await reader.end();
    }
  });
});
