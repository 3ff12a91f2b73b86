import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeliverNotification } from '../../activities/alerts/deliver-notification.ts';
import { createQueueChannelTest } from '../../activities/alerts/queue-channel-test.ts';
import { createSenders } from '../../activities/alerts/senders.ts';
import { notificationTo } from '../../activities/alerts/tell-message.ts';
import { queueNotification } from '../../db/alerts/notifications.ts';
import { contentOfMessage } from '../../models/alerts/content.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { smartEtlOn } from '../../tests/command-line.ts';
import { type HttpReceiver, startHttpReceiver, toLoopback } from '../../tests/receivers.ts';
import { aSettings } from '../../tests/stories.ts';
import { openWorkflowStage, type WorkflowStage } from '../../tests/workflow-stage.ts';

let stage: ActivityStage;
let workflows: WorkflowStage;
let receiver: HttpReceiver;
let answer = 200;
beforeAll(async () => {
  [stage, workflows, receiver] = await Promise.all([
    openActivityStage(),
    openWorkflowStage(),
    startHttpReceiver((response) => response.writeHead(answer).end('thank you')),
  ]);
});
afterAll(async () => {
  await Promise.all([stage.close(), workflows.close(), receiver.close()]);
});

const smartEtl = async (...args: string[]) => {
  const url = `${receiver.url}/services/secret-part`;
  const channels = [
    { name: 'team', kind: 'slack', settings: { url } },
    { name: 'other', kind: 'slack', settings: { url } },
  ];
  const env = {
    SMART_ETL_TEMPORAL_ADDRESS: workflows.address,
    SMART_ETL_OUTGOING: JSON.stringify({ local: ['127.0.0.1'] }),
    SMART_ETL_ALERTS: JSON.stringify({ channels }),
  };
  const { status, stdout, stderr } = await smartEtlOn(stage, ['alerts', ...args], env);
  for (const line of stdout.split('\n'))
    expect(line.length, line).toBeLessThanOrEqual(args.includes('--json') ? 9_999 : 80);
  return { status, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() };
};

/** The worker of a customer, who has configured one channel of the two. */
function withWorker<T>(work: () => Promise<T>): Promise<T> {
  const channels = [{ name: 'team', kind: 'slack', language: 'en' } as const];
  const senders = createSenders(
    [{ name: 'team', target: { kind: 'slack', url: `${receiver.url}/services/secret-part` } }],
    { outgoing: toLoopback },
  );
  const dependencies = { ...stage.dependencies, senders, alerts: aSettings({ channels }) };
  const fakes = {
    queueChannelTest: createQueueChannelTest(dependencies),
    deliverNotification: createDeliverNotification(dependencies),
  };
  return workflows.withActivities(fakes, work);
}

describe('smart-etl alerts', () => {
  it('test sends a message now and tells what the receiver answered', async () => {
    await withWorker(async () => {
      const said = await smartEtl('test', 'team', '--who', 'ann');
      expect(said).toEqual({ status: 0, stdout: 'accepted\n  HTTP 200: thank you', stderr: '' });
      expect(receiver.received.at(-1)!.body).toContain('Asked for by ann');
      answer = 503;
      const failing = await smartEtl('test', 'team', '--json');
      expect(failing.status).toBe(1);
      expect(JSON.parse(failing.stdout)).toEqual({
        channel: 'team',
        outcome: 'waiting',
        answer: 'HTTP 503: thank you',
      });
      const unknown = await smartEtl('test', 'teem');
      expect(unknown).toMatchObject({ status: 2, stderr: expect.stringContaining('known are team, other') });
      const elsewhere = await smartEtl('test', 'other');
      expect(elsewhere).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('the worker has no channel named'),
      });
    });
  });

  it('list shows what was given up and why; retry has it tried again and says who wanted it', async () => {
    const channel = { name: 'team', kind: 'slack', language: 'en' } as const;
    const content = contentOfMessage({ subject: 'Gone astray', text: 'x' }, 'forecast-ready', 'en');
    const message = notificationTo(channel, 'forecast-ready', 'x', content, new Date());
    const { pool } = stage.database;
    await queueNotification(pool, message);
    await pool.query(`update notification set state = 'dead', attempts = 3, last_error = $2 where id = $1`, [
      message.id,
      `HTTP 404: ${'no such hook '.repeat(20)}`,
    ]);
    const { stdout } = await smartEtl('list', '--dead');
    expect(stdout).toContain(message.id.slice(0, 12));
    expect(stdout).toContain('Gone astray');
    expect(stdout).toContain('HTTP 404');
    expect(stdout).not.toContain('Test of the channel');
    const { stdout: json } = await smartEtl('list', '--channel', 'nobody', '--json');
    expect(JSON.parse(json)).toEqual({ messages: [] });

    answer = 200;
    await withWorker(async () => {
      const retried = await smartEtl('retry', message.id.slice(0, 12), '--who', 'ann', '--why', 'new hook');
      expect(retried).toMatchObject({ status: 0, stdout: 'accepted\n  HTTP 200: thank you' });
      const again = await smartEtl('retry', message.id.slice(0, 12), '--why', 'new hook');
      expect(again).toMatchObject({ status: 6, stderr: expect.stringContaining('it was not given up') });
      expect((await smartEtl('retry', 'zzz', '--why', 'x')).status).toBe(2);
    });
    const { rows } = await pool.query(`select who, action, why, after from audit_log`);
    expect(rows).toEqual([
      { who: 'ann', action: 'retry-message', why: 'new hook', after: { state: 'pending' } },
    ]);
  });
});
