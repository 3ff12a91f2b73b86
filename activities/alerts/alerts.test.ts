import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import PostalMime from 'postal-mime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MailSink, startMailSink } from '../../stack/mail-sink.ts';
import { freePort } from '../../stack/ports.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createDetect } from '../detect/detect.ts';
import { createLoadFile } from '../load/load-file.ts';
import { createDeliverNotification, createListPendingNotifications } from './deliver-notification.ts';

let stage: ActivityStage;
let port: number;
beforeEach(async () => {
  port = await freePort();
  stage = await openActivityStage({}, `smtp://127.0.0.1:${port}`);
});
afterEach(() => stage.close());

const HEADER = 'job_id,owner,host,run_id,started_at,duration_s,status,error';
async function logged(...lines: string[]): Promise<void> {
  const sha256 = await stage.storeFile([HEADER, ...lines].join('\n'));
  await stage.run(createLoadFile(stage.dependencies), { sha256 });
}
const detect = async (asOf: string) => {
  const { opened, resolved } = await stage.run(createDetect(stage.dependencies), { asOf });
  return { opened, resolved };
};
const pending = async () =>
  (await stage.run(createListPendingNotifications(stage.dependencies), undefined)).ids;
const deliver = (id: string) => stage.run(createDeliverNotification(stage.dependencies), { id });

async function withSink<T>(work: (sink: MailSink) => Promise<T>): Promise<T> {
  const sink = await startMailSink({ home: stage.folder, port });
  try {
    return await work(sink);
  } finally {
    await sink.stop();
  }
}

const mailsIn = (sink: MailSink) =>
  Promise.all(
    readdirSync(sink.folder)
      .sort()
      .map((file) => PostalMime.parse(readFileSync(path.join(sink.folder, file)))),
  );

describe('a job fails', () => {
  it('and people are told once, and once when it is over', async () => {
    await logged('orders,ann,srv-1,1,2026-03-01T05:00:00Z,60,failed,disk full');
    expect(await detect('2026-03-01T06:00:00Z')).toEqual({ opened: 1, resolved: 0 });
    const [beginning, ...more] = await pending();
    expect(more).toEqual([]);
    // It may have arrived, so its end will be told.
    await expect(deliver(beginning!)).rejects.toThrow(/ECONNREFUSED/);
    await stage.database.pool.query('update notification set next_attempt_at = now()');
    // Told again, or failed again: nothing new.
    expect(await detect('2026-03-01T06:00:00Z')).toEqual({ opened: 0, resolved: 0 });
    await logged('orders,ann,srv-1,2,2026-03-01T07:00:00Z,60,failed,disk full');
    expect(await detect('2026-03-01T08:00:00Z')).toEqual({ opened: 0, resolved: 0 });
    await logged('orders,ann,srv-1,3,2026-03-01T09:00:00Z,60,success,');
    expect(await detect('2026-03-01T10:00:00Z')).toEqual({ opened: 0, resolved: 1 });

    await withSink(async (sink) => {
      // The end is not told before the beginning has arrived.
      for (let round = 0; round < 2; round += 1) {
        const ids = await pending();
        expect(ids).toHaveLength(1);
        expect(await deliver(ids[0]!)).toMatchObject({ outcome: 'sent' });
      }
      const [opened, resolved, ...others] = await mailsIn(sink);
      expect(opened).toMatchObject({ subject: '[Minor] orders: failed' });
      expect(opened!.text).toContain('orders @ srv-1 (ann): failed');
      expect(opened!.text).toContain('disk full');
      expect(resolved).toMatchObject({ subject: 'Over: orders: failed' });
      expect(resolved!.text).toContain('To: 2026-03-01 10:00 UTC');
      expect(others).toEqual([]);
      expect(await pending()).toEqual([]);
    });
  });

  it('is dated by the first failure after the last success, not by the one that was seen', async () => {
    await logged(
      'orders,ann,srv-1,1,2026-02-27T04:00:00Z,60,failed,old story',
      'orders,ann,srv-1,2,2026-02-27T05:00:00Z,60,success,',
      'orders,ann,srv-1,3,2026-02-28T05:00:00Z,60,failed,disk full',
      'orders,ann,srv-1,4,2026-02-28T17:00:00Z,60,cancelled,',
      'orders,ann,srv-1,5,2026-03-01T05:00:00Z,60,failed,disk full',
    );
    expect(await detect('2026-03-01T06:00:00Z')).toEqual({ opened: 1, resolved: 0 });
    const { rows } = await stage.database.pool.query(`select since, run_key from finding`);
    expect(rows).toEqual([{ since: new Date('2026-02-28T05:01:00Z'), run_key: '5' }]);
  });

  it('is history when it happened more than a week ago', async () => {
    await logged('orders,ann,srv-1,1,2026-02-01T05:00:00Z,60,failed,disk full');
    expect(await detect('2026-03-01T06:00:00Z')).toEqual({ opened: 0, resolved: 0 });
  });

  it('is not known yet as of an earlier instant', async () => {
    await logged('orders,ann,srv-1,1,2026-03-01T05:00:00Z,60,failed,disk full');
    expect(await detect('2026-03-01T05:00:30Z')).toEqual({ opened: 0, resolved: 0 });
  });

  it('is told once by two detections at the same time', async () => {
    await logged(
      'orders,ann,srv-1,1,2026-03-01T05:00:00Z,60,failed,x',
      'stock,ann,srv-2,1,2026-03-01T05:00:00Z,60,failed,x',
    );
    const outcomes = await Promise.all([detect('2026-03-01T06:00:00Z'), detect('2026-03-01T06:00:00Z')]);
    expect(outcomes.map(({ opened }) => opened).sort()).toEqual([0, 2]);
    expect(await pending()).toHaveLength(2);
  });
});

describe('a message', () => {
  beforeEach(async () => {
    await logged('orders,ann,srv-1,1,2026-03-01T05:00:00Z,60,failed,disk full');
    await detect('2026-03-01T06:00:00Z');
  });
  const stateOf = async (id: string) =>
    (
      await stage.database.pool.query(`select state, attempts, last_error from notification where id = $1`, [
        id,
      ])
    ).rows[0] as { state: string; attempts: number; last_error: string | null };

  it('stays in the outbox while the mail server is down, and leaves when it is back', async () => {
    const [id] = (await pending()) as [string];
    await expect(deliver(id)).rejects.toThrow(/ECONNREFUSED/);
    expect(await stateOf(id)).toMatchObject({ state: 'pending', attempts: 1 });
    await withSink(async (sink) => {
      expect(await pending()).toEqual([]);
      expect(await deliver(id)).toMatchObject({ outcome: 'busy' });
      await stage.database.pool.query('update notification set next_attempt_at = now()');
      expect(await deliver(id)).toMatchObject({ outcome: 'sent', answer: expect.stringContaining('250') });
      expect(await deliver(id)).toMatchObject({ outcome: 'done-before' });
      expect(await mailsIn(sink)).toHaveLength(1);
    });
    expect(await stateOf(id)).toEqual({ state: 'sent', attempts: 2, last_error: null });
  });

  it('is sent once by two attempts at the same time', async () => {
    const [id] = (await pending()) as [string];
    await withSink(async (sink) => {
      const outcomes = await Promise.all([deliver(id), deliver(id)]);
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual([
        expect.stringMatching(/^(busy|done-before)$/),
        'sent',
      ]);
      expect(await mailsIn(sink)).toHaveLength(1);
    });
  });

  it.each([
    ['550 no such user', 'dead'],
    ['450 try later', 'pending'],
  ])('that the server answers with "%s" is %s', async (answer, state) => {
    const [id] = (await pending()) as [string];
    const server = await refusingServer(answer);
    try {
      await deliver(id).catch(() => {});
      expect(await stateOf(id)).toMatchObject({ state, attempts: 1 });
    } finally {
      server.close();
    }
  });

  /** Says yes to everything but the recipient. */
  async function refusingServer(answer: string): Promise<Server> {
    const server = createServer((socket) => {
      socket.write('220 here\r\n');
      socket.on('data', (data) => {
        const line = data.toString();
        if (line.startsWith('RCPT')) socket.write(`${answer}\r\n`);
        else if (line.startsWith('QUIT')) socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      });
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return server;
  }
});
