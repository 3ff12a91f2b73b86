import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reviveNotification } from '../../db/alerts/revive-notification.ts';
import { withTransaction } from '../../db/pool.ts';
import type { AlertSettings, ChannelKind } from '../../models/alerts/alert-settings.ts';
import type { IncidentEvent, IncidentStory } from '../../models/alerts/incident-story.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import {
  type HttpReceiver,
  messageIdOf,
  startHttpReceiver,
  startSmtpReceiver,
  toLoopback,
} from '../../tests/receivers.ts';
import { aFinding, aSettings, aStory } from '../../tests/stories.ts';
import type { Dependencies } from '../dependencies.ts';
import { createDeliverNotification, createListPendingNotifications } from './deliver-notification.ts';
import { type ChannelTarget, createSenders } from './senders.ts';
import { tellNews } from './tell-news.ts';

const NOON = new Date('2026-03-04T11:00:00Z');
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let stage: ActivityStage;
let dependencies: Dependencies;
let nowMs: number;
const open: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  nowMs = NOON.getTime();
  stage = await openActivityStage({ time: 'wall', now: () => nowMs });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await stage.close();
});

/** Channels that send to these targets, all of them told everything. */
function configure(targets: Record<string, ChannelTarget>, settings: Partial<AlertSettings> = {}): void {
  const names = Object.keys(targets);
  const channels = names.map((name) => ({
    name,
    kind: targets[name]!.kind as ChannelKind,
    language: 'en' as const,
  }));
  const routes = [{ ...aSettings({}).routes[0]!, tell: names }];
  const senders = createSenders(
    names.map((name) => ({ name, target: targets[name]! })),
    { outgoing: toLoopback, timeoutMs: 2_000 },
  );
  dependencies = { ...stage.dependencies, senders, alerts: aSettings({ channels, routes, ...settings }) };
}
async function receiver(...args: Parameters<typeof startHttpReceiver>): Promise<HttpReceiver> {
  const started = await startHttpReceiver(...args);
  open.push(started);
  return started;
}
const rows = async <Row>(sql: string): Promise<Row[]> => (await stage.database.pool.query(sql)).rows as Row[];
const states = () =>
  rows(`select channel, event, state from notification order by created_at, channel, event`);

async function incident(): Promise<number> {
  const { rows: made } = await stage.database.pool.query<{ id: number }>(
    `insert into incident (severity, causes, opened_at)
     values ('major', '[{"kind": "itself", "name": "orders", "weight": 1}]', now()) returning id`,
  );
  return made[0]!.id;
}
const tellOf = (event: IncidentEvent, stories: Partial<IncidentStory>[], asOf = NOON): Promise<number> =>
  withTransaction(dependencies.pool, async (client) => {
    const news = stories.map((story) => ({ story: aStory(story), event }));
    return (await tellNews(client, dependencies, news, asOf)).queued;
  });
const pending = async () => (await stage.run(createListPendingNotifications(dependencies), undefined)).ids;
const deliver = (id: string) => stage.run(createDeliverNotification(dependencies), { id });
async function sweep(): Promise<string[]> {
  const outcomes = await Promise.all(
    (await pending()).map((id) => deliver(id).catch(() => ({ outcome: 'failed' }))),
  );
  return outcomes.map(({ outcome }) => outcome).sort();
}

describe('an incident is told', () => {
  it('to every kind of channel in its own form, with the same id, and its end after it', async () => {
    const smtp = await startSmtpReceiver();
    open.push(smtp);
    const http = await receiver();
    configure({
      mail: { kind: 'mail', smtpUrl: `smtp://127.0.0.1:${smtp.port}`, mailFrom: 'a@b.c', mailTo: ['d@e.f'] },
      teams: { kind: 'teams', url: `${http.url}/teams` },
      slack: { kind: 'slack', url: `${http.url}/slack` },
      hook: { kind: 'webhook', url: `${http.url}/hook`, secret: SECRET },
    });
    const id = await incident();
    expect(await tellOf('opened', [{ id }])).toBe(4);
    expect(await tellOf('opened', [{ id }])).toBe(0);
    expect(await tellOf('resolved', [{ id, state: 'resolved' }])).toBe(0);
    expect(await rows(`select state from notification`)).toEqual(Array(4).fill({ state: 'withdrawn' }));

    const other = await incident();
    await tellOf('opened', [{ id: other }]);
    expect(await sweep()).toEqual(['sent', 'sent', 'sent', 'sent']);
    expect(await tellOf('resolved', [{ id: other, state: 'resolved' }])).toBe(4);
    expect(await tellOf('resolved', [{ id: other, state: 'resolved' }])).toBe(0);
    expect(await sweep()).toEqual(['sent', 'sent', 'sent', 'sent']);
    expect(await sweep()).toEqual([]);

    const ids = await rows<{ id: string; channel: string }>(
      `select id, channel from notification where state = 'sent' order by created_at, channel`,
    );
    const idsOf = (channel: string) => ids.filter((one) => one.channel === channel).map((one) => one.id);
    expect(smtp.received.map(messageIdOf)).toEqual(idsOf('mail'));
    const posted = (path: string) => http.received.filter((post) => post.path === path);
    expect(posted('/hook').map(({ headers }) => headers['webhook-id'])).toEqual(idsOf('hook'));
    for (const channel of ['teams', 'slack']) {
      const bodies = posted(`/${channel}`).map(({ body }) => body);
      idsOf(channel).forEach((one, index) => {
        expect(bodies[index]).toContain(one);
      });
    }
    expect(JSON.parse(posted('/hook')[1]!.body)).toMatchObject({ type: 'incident.resolved' });
  });

  it('by two tellers at the same time once', async () => {
    configure({ hook: { kind: 'slack', url: (await receiver()).url } });
    const id = await incident();
    await Promise.all([tellOf('opened', [{ id }]), tellOf('opened', [{ id }])]);
    expect(await rows(`select event from notification`)).toEqual([{ event: 'opened' }]);
  });

  it('together with others when they are many, and each end hears who heard of it', async () => {
    const http = await receiver();
    configure({ hook: { kind: 'slack', url: http.url } });
    const ids = [await incident(), await incident(), await incident(), await incident()];
    const stories = ids.map((id) => ({ id, findings: [aFinding({ name: `job-${id}` })] }));
    expect(await tellOf('opened', stories)).toBe(1);
    expect(await tellOf('opened', stories)).toBe(0);
    // One message tells of four: it cannot be withdrawn for one of them.
    expect(await tellOf('resolved', [{ ...stories[0]!, state: 'resolved' }])).toBe(1);
    expect(await sweep()).toEqual(['sent']);
    expect(await sweep()).toEqual(['sent']);
    expect(http.received[0]!.body).toContain('4 incidents opened');
    expect(http.received[1]!.body).toContain(`Over: job-${ids[0]}`);
  });
});

describe('quiet hours', () => {
  const NIGHT = new Date('2026-03-04T02:00:00Z');
  const MORNING = new Date('2026-03-04T06:00:00Z');
  const quietHours = [{ fromMinute: 22 * 60, toMinute: 7 * 60, days: [1, 2, 3, 4, 5, 6, 7] }];

  it('end with one message of what lasts, and a count of what is over', async () => {
    const http = await receiver();
    configure({ hook: { kind: 'slack', url: http.url } }, { quietHours });
    const [a, b, c, critical] = [await incident(), await incident(), await incident(), await incident()];
    const named = (id: number) => ({ id, findings: [aFinding({ name: `job-${id}` })] });
    await tellOf('opened', [named(a), named(b), named(c)], NIGHT);
    await tellOf('opened', [{ ...named(critical), severity: 'critical' }], NIGHT);
    await tellOf('resolved', [{ ...named(b), state: 'resolved' }], NIGHT);
    nowMs = NIGHT.getTime();
    expect(await sweep()).toEqual(['sent']);
    expect(http.received[0]!.body).toContain(`job-${critical}`);
    nowMs = MORNING.getTime() - 1;
    expect(await sweep()).toEqual([]);
    nowMs = MORNING.getTime();
    expect(await sweep()).toEqual(['sent']);
    expect(await sweep()).toEqual([]);
    const digest = http.received[1]!.body;
    expect(digest).toContain('During quiet hours: 2 messages');
    expect(digest).toContain(`job-${a}`);
    expect(digest).not.toContain(`job-${b}`);
    expect(digest).toContain('1 more began and ended meanwhile.');
    // Whom the digest told of it hears of the end, and of nothing else.
    expect(await tellOf('resolved', [{ ...named(a), state: 'resolved' }])).toBe(1);
    expect(await tellOf('resolved', [{ ...named(b), state: 'resolved' }])).toBe(0);
  });

  it('leave a message as it is that waited alone', async () => {
    const http = await receiver();
    configure({ hook: { kind: 'slack', url: http.url } }, { quietHours });
    await tellOf('opened', [{ id: await incident() }], NIGHT);
    nowMs = MORNING.getTime();
    expect(await sweep()).toEqual(['sent']);
    expect(http.received[0]!.body).toContain('orders: failed');
  });
});

describe('a channel', () => {
  it('that hangs does not delay another', async () => {
    const hanging = await receiver(() => {});
    const well = await receiver();
    configure({ hangs: { kind: 'slack', url: hanging.url }, works: { kind: 'slack', url: well.url } });
    const ids = await Promise.all(Array.from({ length: 20 }, () => incident()));
    for (const id of ids) await tellOf('opened', [{ id }]);
    const startMs = performance.now();
    const due = await pending();
    // Five of each: neither takes all places.
    expect(due).toHaveLength(10);
    const arrived: number[] = [];
    await Promise.all(
      due.map(async (id) => {
        const { outcome } = await deliver(id).catch(() => ({ outcome: 'failed' }));
        if (outcome === 'sent') arrived.push(performance.now() - startMs);
      }),
    );
    expect(arrived).toHaveLength(5);
    expect(Math.max(...arrived)).toBeLessThan(1_000);
    // Its last try failed: one message finds out whether it answers again, the others wait.
    const next = await pending();
    expect(next).toHaveLength(6);
  });

  it('that asks to be left alone is left alone, as long as it asks', async () => {
    const busy = await receiver((response, _, count) =>
      count === 1 ? response.writeHead(429, { 'retry-after': '120' }).end() : response.end('ok'),
    );
    configure({ hook: { kind: 'slack', url: busy.url } });
    await tellOf('opened', [{ id: await incident() }]);
    expect(await sweep()).toEqual(['waiting']);
    expect(await sweep()).toEqual([]);
    const [{ seconds }] = (await rows<{ seconds: number }>(
      `select extract(epoch from next_attempt_at - now())::float8 as seconds from notification`,
    )) as [{ seconds: number }];
    expect(seconds).toBeGreaterThan(100);
    expect(seconds).toBeLessThanOrEqual(120);
    await stage.database.pool.query(`update notification set next_attempt_at = now()`);
    expect(await sweep()).toEqual(['sent']);
  });

  it('that is configured no more, or refuses, leaves dead messages that can be revived, not past the end', async () => {
    const refusing = await receiver((response, _, count) => response.writeHead(count < 3 ? 404 : 200).end());
    configure({ hook: { kind: 'slack', url: refusing.url } });
    const id = await incident();
    await tellOf('opened', [{ id }]);
    const [dead] = await rows<{ id: string }>(`select id from notification`);
    expect(await sweep()).toEqual(['dead']);
    expect(await rows(`select last_error from notification`)).toEqual([{ last_error: 'HTTP 404' }]);
    const revive = () =>
      withTransaction(stage.dependencies.pool, (client) => reviveNotification(client, dead!.id));
    expect(await revive()).toBe(null);
    expect(await revive()).toBe('not-dead');
    expect(await sweep()).toEqual(['dead']);
    await tellOf('resolved', [{ id, state: 'resolved' }]);
    expect(await sweep()).toEqual(['sent']);
    expect(await revive()).toBe('overtaken');
    expect(await states()).toMatchObject([{ state: 'dead' }, { event: 'resolved', state: 'sent' }]);

    await tellOf('opened', [{ id: await incident() }]);
    dependencies = { ...dependencies, senders: new Map() };
    expect(await sweep()).toEqual(['dead']);
  });

  it('that was not reached for three days is given up', async () => {
    configure({ hook: { kind: 'slack', url: 'http://127.0.0.1:1/' } });
    await tellOf('opened', [{ id: await incident() }]);
    expect(await sweep()).toEqual(['failed']);
    await stage.database.pool.query(`update notification set next_attempt_at = now(), give_up_at = now()`);
    expect(await sweep()).toEqual(['dead']);
  });

  it('hears of an end after the beginning, however long that takes', async () => {
    const http = await receiver((response, _, count) => response.writeHead(count === 1 ? 500 : 200).end());
    configure({ hook: { kind: 'slack', url: http.url } });
    const id = await incident();
    await tellOf('opened', [{ id }]);
    expect(await sweep()).toEqual(['failed']);
    expect(await tellOf('resolved', [{ id, state: 'resolved' }])).toBe(1);
    expect(await pending()).toEqual([]);
    await stage.database.pool.query(
      `update notification set next_attempt_at = now() where next_attempt_at is not null`,
    );
    expect(await sweep()).toEqual(['sent']);
    expect(await sweep()).toEqual(['sent']);
    expect(http.received.at(-1)!.body).toContain('Over');
  });
});
