/** Messages leave for real receivers while the sender is killed between their yes and the record of it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { noticeId } from '../../activities/alerts/notice-id.ts';
import type { ChannelTarget } from '../../activities/alerts/senders.ts';
import { notificationTo } from '../../activities/alerts/tell-message.ts';
import { queueNotification } from '../../db/alerts/notifications.ts';
import { createPool, type Pool } from '../../db/pool.ts';
import { type AlertSettings, CHANNEL_KINDS } from '../../models/alerts/alert-settings.ts';
import { contentOfMessage } from '../../models/alerts/content.ts';
import { seededRandom } from '../../models/random.ts';
import type { AlertsChildInput } from './alerts-child.ts';
import { type BenchResult, figure } from './document.ts';
import { until } from './pipeline.ts';
import { say } from './progress.ts';
import { withServers } from './servers.ts';
import { quantile, rounded } from './statistics.ts';

export interface AlertStormOptions {
  kills: number;
  seed: number;
}

/** Where the sender is killed: it waits for the answer, has just got it, or some milliseconds later. */
const MOMENTS = ['before-answer', 'after-answer', 'soon-after'] as const;
type Moment = (typeof MOMENTS)[number];

export interface AlertStorm {
  kills: { moment: Moment; channel: string; recoverySeconds: number }[];
  messages: number;
  /** In the outbox and never received. */
  lost: number;
  /** Received more than once, with the same id each time; how often in all beyond the first. */
  repeated: number;
  /** The most that one kill repeated. */
  mostRepeatedByAKill: number;
  /** Received with an id that is in no outbox. */
  unknown: number;
  /** In the outbox and not recorded as sent. */
  unrecorded: number;
}

/** A sender that is killed has its messages taken over after so long; an estate gives it half a minute. */
const LEASE_MS = 300;
const DRAIN_LIMIT_MS = 60_000;
const SOON_MS = 8;

export const chaosAlerts = (options: AlertStormOptions): Promise<BenchResult> =>
  withServers('chaos-alerts', ['postgres', 'migrate'], {}, async (servers) => {
    const storm = await stormAlerts(servers.stack.connections.databaseUrl!, options);
    const recoveries = storm.kills.map(({ recoverySeconds }) => recoverySeconds);
    return {
      figures: [
        figure('kills', storm.kills.length, 'kills', 'higher'),
        figure('alerts_lost', storm.lost + storm.unrecorded, 'messages', 'lower'),
        figure('alerts_repeated', storm.repeated, 'messages', 'lower'),
        figure('alerts_repeated_by_a_kill', storm.mostRepeatedByAKill, 'messages', 'lower'),
        figure('alerts_unknown', storm.unknown, 'messages', 'lower'),
        figure('recovery_p95_s', recoveries.length === 0 ? null : quantile(recoveries, 0.95), 's', 'lower'),
      ],
      details: { ...storm },
    };
  });

/** Kills the sender again and again, each time with one message on its way, and counts what arrived. */
export async function stormAlerts(
  databaseUrl: string,
  { kills, seed }: AlertStormOptions,
): Promise<AlertStorm> {
  const random = seededRandom(seed);
  const received: string[] = [];
  let onReceived: (id: string) => Promise<void> = async () => {};
  const receivers = await startReceivers(async (id) => {
    received.push(id);
    await onReceived(id);
  });
  const input: AlertsChildInput = {
    databaseUrl,
    targets: receivers.targets,
    alerts: settingsOf(),
    leaseMs: LEASE_MS,
  };
  const pool = createPool(databaseUrl, { max: 2, applicationName: 'chaos-alerts' });
  const storm: AlertStorm['kills'] = [];
  const repeatedBy: number[] = [];
  let child = await startChild(input);
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const moment = MOMENTS[random.below(MOMENTS.length)]!;
      const channel = CHANNEL_KINDS[kill % CHANNEL_KINDS.length]!;
      const id = noticeId(`channel-test/${channel}/message ${kill}`);
      const killed = Promise.withResolvers<void>();
      const victim = child;
      const delayMs = random.uniform() * SOON_MS;
      onReceived = async (arrived) => {
        if (arrived !== id) return;
        onReceived = async () => {};
        const strike = () => {
          victim.kill('SIGKILL');
          killed.resolve();
        };
        if (moment === 'before-answer') {
          strike();
          await once(victim, 'exit');
        } else if (moment === 'after-answer') setImmediate(strike);
        else setTimeout(strike, delayMs);
      };
      const before = received.length - new Set(received).size;
      await queue(pool, channel, kill);
      await killed.promise;
      if (victim.exitCode === null && victim.signalCode === null) await once(victim, 'exit');
      const startMs = performance.now();
      child = await startChild(input);
      await drained(pool);
      const recoverySeconds = rounded((performance.now() - startMs) / 1_000);
      repeatedBy.push(received.length - new Set(received).size - before);
      storm.push({ moment, channel, recoverySeconds });
      if ((kill + 1) % 20 === 0) say(`kill ${kill + 1} of ${kills}`);
    }
    return {
      kills: storm,
      ...(await verdict(pool, received)),
      mostRepeatedByAKill: Math.max(0, ...repeatedBy),
    };
  } finally {
    child.kill('SIGKILL');
    await pool.end();
    await receivers.close();
  }
}

async function verdict(pool: Pool, received: readonly string[]) {
  const { rows } = await pool.query<{ id: string; state: string }>('select id, state from notification');
  const ids = new Set(rows.map(({ id }) => id));
  const arrived = new Set(received);
  return {
    messages: rows.length,
    lost: [...ids].filter((id) => !arrived.has(id)).length,
    repeated: received.length - arrived.size,
    unknown: [...arrived].filter((id) => !ids.has(id)).length,
    unrecorded: rows.filter(({ state }) => state !== 'sent').length,
  };
}

const drained = (pool: Pool): Promise<boolean> =>
  until(
    async () => (await pool.query(`select from notification where state = 'pending' limit 1`)).rowCount === 0,
    { limitMs: DRAIN_LIMIT_MS, everyMs: 10 },
  );

async function queue(pool: Pool, name: (typeof CHANNEL_KINDS)[number], number: number): Promise<void> {
  const content = contentOfMessage({ subject: `Message ${number}`, text: 'x' }, 'channel.test', 'en');
  const channel = { name, kind: name, language: 'en' } as const;
  const message = notificationTo(channel, 'channel-test', `message ${number}`, content, new Date());
  await queueNotification(pool, message);
}

function settingsOf(): AlertSettings {
  const channels = CHANNEL_KINDS.map((kind) => ({ name: kind, kind, language: 'en' as const }));
  return { channels, routes: [], quietHours: [], maintenance: [], runBooks: [], timeZone: 'UTC' };
}

async function startChild(input: AlertsChildInput): Promise<ChildProcess> {
  const child = fork(path.join(import.meta.dirname, 'alerts-child.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  child.send(input);
  await once(child, 'message');
  return child;
}

/** An SMTP and an HTTP server that answer yes once the id of what they got has been looked at. */
async function startReceivers(onMessage: (id: string) => Promise<void>) {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      buffer(stream)
        .then((bytes) => onMessage(/^Message-ID:\s*<(.+)@smart-etl>/im.exec(bytes.toString('latin1'))![1]!))
        .then(() => done(), done);
    },
  });
  smtp.on('error', () => {}); // whoever was killed has left its connection
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  const http = createServer(async (request, response) => {
    const body = (await buffer(request)).toString('utf8');
    const inBody = /\b[0-9a-f]{32}\b/.exec(body)?.[0] ?? '';
    await onMessage((request.headers['webhook-id'] as string | undefined) ?? inBody);
    response.end('ok');
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  const url = `http://127.0.0.1:${port(http)}/`;
  const smtpUrl = `smtp://127.0.0.1:${port(smtp.server)}`;
  const targets: { name: string; target: ChannelTarget }[] = [
    {
      name: 'mail',
      target: { kind: 'mail', smtpUrl, mailFrom: 'etl@localhost', mailTo: ['team@localhost'] },
    },
    { name: 'teams', target: { kind: 'teams', url } },
    { name: 'slack', target: { kind: 'slack', url } },
    {
      name: 'webhook',
      target: { kind: 'webhook', url, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
    },
  ];
  return {
    targets,
    async close() {
      http.closeAllConnections();
      http.close();
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
      await pause(0);
    },
  };
}
