import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Context } from '@temporalio/activity';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readBeats } from '../db/detect/part-beats.ts';
import { createPool, type Pool } from '../db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../tests/database.ts';
import { toLoopback } from '../tests/receivers.ts';
import { createBeats } from './beats.ts';
import { startHeartbeat, watchedParts } from './heartbeat.ts';

const MINUTE = 60_000;
let database: TestDatabase;
let pool: Pool;
let receiver: Server;
let url: string;
let received: { method: string; path: string; body: string }[];
let status: number;
let nowMs: number;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.writerUrl, { max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  received = [];
  status = 200;
  nowMs = Date.parse('2026-03-01T06:00:00Z');
  await database.pool.query('delete from heartbeat');
  receiver = createServer(async (request, response) => {
    received.push({ method: request.method!, path: request.url!, body: await text(request) });
    response.writeHead(status, status === 302 ? { location: `${url}/elsewhere` } : {}).end('OK');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => receiver.once('listening', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/ping/uuid`;
});
afterEach(() => {
  receiver.closeAllConnections();
  receiver.close();
});

const sources = [{ name: 'runs', kind: 'runs', folder: '/x', namespace: 'default' }] as const;
const warned: unknown[] = [];
const heart = (more: object = {}) =>
  startHeartbeat({
    url,
    pool,
    sources: [...sources],
    logger: { warn: (...said: unknown[]) => warned.push(said) } as never,
    pulse: async () => {},
    outgoing: toLoopback,
    now: () => nowMs,
    ...more,
  });
/** Plays an activity that is done. */
async function done(
  beats: ReturnType<typeof createBeats>,
  taskQueue: string,
  activityType: string,
  input: object = {},
) {
  const { inbound } = beats.interceptor({ info: { taskQueue, activityType } } as Context);
  await inbound!.execute!({ args: [input], headers: {} }, async () => 'result');
}
async function allMove(beats: ReturnType<typeof createBeats>): Promise<void> {
  await done(beats, 'control', 'detect');
  await done(beats, 'ingest', 'storeFiles', { source: 'runs' });
  await done(beats, 'ingest', 'packEvents');
  await done(beats, 'train', 'pulse');
  await beats.flush();
}

describe('the heartbeat', () => {
  it('is heard while everything moves, and names what stands still when not', async () => {
    const beats = createBeats(
      pool,
      () => {},
      () => nowMs,
    );
    const heartbeat = heart();
    await allMove(beats);
    await heartbeat.beat();
    nowMs += 4 * MINUTE;
    await done(beats, 'control', 'advanceIncident');
    await done(beats, 'train', 'pulse');
    await done(beats, 'ingest', 'pulse');
    await beats.flush();
    await heartbeat.beat();
    nowMs += 7 * MINUTE;
    await heartbeat.beat();
    await allMove(beats);
    await heartbeat.beat();
    await Promise.all([heartbeat.close(), beats.close()]);
    expect(received).toEqual([
      { method: 'POST', path: '/ping/uuid', body: 'ok' },
      { method: 'POST', path: '/ping/uuid/fail', body: 'detect stands still since 2026-03-01T06:00:00.000Z' },
      {
        method: 'POST',
        path: '/ping/uuid/fail',
        body: [
          'queue/ingest stands still since 2026-03-01T06:04:00.000Z',
          'queue/train stands still since 2026-03-01T06:04:00.000Z',
          'queue/control stands still since 2026-03-01T06:04:00.000Z',
          'detect stands still since 2026-03-01T06:00:00.000Z',
          'collect/events stands still since 2026-03-01T06:00:00.000Z',
          'collect/runs stands still since 2026-03-01T06:00:00.000Z',
        ].join('\n'),
      },
      { method: 'POST', path: '/ping/uuid', body: 'ok' },
    ]);
  });

  it('gives what has never moved its time from the start', async () => {
    const heartbeat = heart();
    await heartbeat.beat();
    nowMs += 11 * MINUTE;
    await heartbeat.beat();
    await heartbeat.close();
    expect(received.map(({ path }) => path)).toEqual(['/ping/uuid', '/ping/uuid/fail']);
    expect(received[1]!.body.split('\n')).toHaveLength(watchedParts([...sources]).length);
  });

  it('says so when the database does not answer, and beats on when the pulse cannot be started', async () => {
    const away = createPool('postgresql://127.0.0.1:1/x', { max: 1 });
    const noPulse = async () => {
      throw new Error('Temporal is away');
    };
    const heartbeat = heart({ pool: away, pulse: noPulse });
    await heartbeat.beat();
    await heartbeat.close();
    await away.end();
    expect(received).toEqual([
      { method: 'POST', path: '/ping/uuid/fail', body: 'PostgreSQL does not answer: ECONNREFUSED' },
    ]);
  });

  it.each([500, 302])(
    'survives a receiver that answers %i, follows it nowhere, and tells nobody its address',
    async (answer) => {
      status = answer;
      warned.length = 0;
      const heartbeat = heart();
      await heartbeat.beat();
      receiver.closeAllConnections();
      receiver.close();
      await heartbeat.beat();
      await heartbeat.close();
      expect(received).toHaveLength(1);
      expect(warned).toHaveLength(2);
      expect(JSON.stringify(warned)).not.toContain('uuid');
    },
  );
});

describe('beats', () => {
  it('count what fails for nothing, and long work for its queue while it goes on', async () => {
    const beats = createBeats(
      pool,
      () => {},
      () => nowMs,
    );
    const { inbound } = beats.interceptor({
      info: { taskQueue: 'train', activityType: 'trainContestant' },
    } as Context);
    const { promise, reject } = Promise.withResolvers<never>();
    const work = inbound!.execute!({ args: [], headers: {} }, () => promise);
    await beats.flush();
    expect([...(await readBeats(pool)).keys()]).toEqual(['queue/train']);
    nowMs += 61 * MINUTE;
    await beats.flush();
    reject(new Error('lost'));
    await expect(work).rejects.toThrow('lost');
    await beats.close();
    expect((await readBeats(pool)).get('queue/train')).toBe(nowMs - 61 * MINUTE);
  });

  it('are kept until they can be written', async () => {
    let away = true;
    const unsteady = {
      query: (...args: never[]) =>
        away ? Promise.reject(new Error('away')) : pool.query(...(args as unknown as [string])),
    };
    const beats = createBeats(
      unsteady as never,
      () => {},
      () => nowMs,
    );
    await done(beats, 'control', 'detect');
    await expect(beats.flush()).rejects.toThrow('away');
    away = false;
    await beats.close();
    expect([...(await readBeats(pool)).keys()].sort()).toEqual(['detect', 'queue/control']);
  });
});
