/** `smart-etl alerts …`: the outbox, and whether its channels work. */
import { loadConfig } from '../../config.ts';
import { saveAuditEntry } from '../../db/access/audit-log.ts';
import {
  findNotifications,
  type NotificationRow,
  readNotifications,
} from '../../db/alerts/read-notifications.ts';
import { type RevivalRefusal, reviveNotification } from '../../db/alerts/revive-notification.ts';
import { withTransaction } from '../../db/pool.ts';
import type { DeliveryOutcome } from '../../workflows/deliver.ts';
import { workflowIds } from '../../workflows/names.ts';
import { foldedLines, printable } from '../byte-text.ts';
import { withConnections, withDatabase } from '../connections.ts';
import { decisionOf } from '../data/quarantine.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ConflictError, UsageError } from '../options/usage-error.ts';
import { runWorkflow } from '../run-workflow.ts';

const WIDTH = 78;

/** `alerts list`: what waits, what was sent, what was given up and why. */
export async function listAlerts(options: {
  dead?: boolean;
  channel?: string;
  limit: number;
  json?: boolean;
}): Promise<ExitCode> {
  const asked = { ...(options.dead && { state: 'dead' as const }), channel: options.channel };
  const messages = await withDatabase(loadConfig(), (pool) => readNotifications(pool, options.limit, asked));
  if (options.json) console.log(JSON.stringify({ messages }));
  else if (messages.length === 0) console.log(options.dead ? 'no message was given up' : 'no message yet');
  else console.log(messages.flatMap(linesOf).join('\n'));
  return EXIT.ok;
}

function linesOf({ id, channel, state, attempts, subject, createdAt, lastError }: NotificationRow): string[] {
  const at = createdAt.toISOString().slice(0, 16).replace('T', ' ');
  const head = `${id.slice(0, 12)}  ${at}  ${state.padEnd(9)} ${String(attempts).padStart(3)}x  ${channel}`;
  const why = lastError === null ? '' : printable(lastError).replace(/\s+/g, ' ');
  return [
    head.slice(0, WIDTH),
    `  ${printable(subject).slice(0, WIDTH - 2)}`,
    ...(why === '' ? [] : foldedLines(why, WIDTH - 4).map((line) => `    ${line}`)),
  ];
}

const REFUSALS: Record<RevivalRefusal, string> = {
  unknown: 'it is gone',
  'not-dead': 'it was not given up',
  overtaken: 'its receiver has heard meanwhile that the incident is over',
};

/** `alerts retry`: has a message tried again that was given up, and says what came of it. */
export async function retryAlert(
  asked: string,
  options: { who?: string; why: string; json?: boolean },
): Promise<ExitCode> {
  const { who, why } = decisionOf(options, '');
  return withConnections(loadConfig(), async ({ pool, temporal }) => {
    const found = await findNotifications(pool, asked);
    if (found.length !== 1) {
      throw new UsageError(
        `${found.length === 0 ? 'no message' : 'several messages'} with an id "${asked}…"`,
      );
    }
    const { id, subject } = found[0]!;
    const refusal = await withTransaction(pool, async (client) => {
      const refused = await reviveNotification(client, id);
      if (refused === null) {
        const entry = { who, why, action: 'retry-message', subject: `message ${id}`, workflowId: null };
        await saveAuditEntry(client, { ...entry, before: { state: 'dead' }, after: { state: 'pending' } });
      }
      return refused;
    });
    if (refusal !== null)
      throw new ConflictError(`${id.slice(0, 12)} is not tried again: ${REFUSALS[refusal]}`);
    const summary = `Try again: ${subject}`.slice(0, 200);
    const outcome = await runWorkflow(temporal, 'deliver', workflowIds.deliver(id), { id }, summary);
    return tellOutcome({ id, ...outcome }, options.json);
  });
}

/** `alerts test`: sends a message to a channel as the worker would, and says what the receiver answered. */
export async function testChannel(
  channel: string,
  options: { who?: string; json?: boolean },
): Promise<ExitCode> {
  const config = loadConfig();
  const known = config.alerts.channels.map(({ name }) => name);
  if (!known.includes(channel)) {
    throw new UsageError(`no channel named "${channel}"; known are ${known.join(', ')}`);
  }
  const { who } = decisionOf(options, 'test');
  return withConnections(config, async ({ temporal }) => {
    const id = workflowIds.testChannel(channel);
    const outcome = await runWorkflow(temporal, 'testChannel', id, { channel, who }, `Test ${channel}`);
    return tellOutcome({ channel, ...outcome }, options.json);
  });
}

const SAID: Record<DeliveryOutcome['outcome'], string> = {
  sent: 'accepted',
  dead: 'refused for good',
  waiting: 'not accepted; it is tried again later',
  busy: 'somebody else sends it, or it waits for its next try',
  'done-before': 'it is not waiting any more',
};

function tellOutcome(told: DeliveryOutcome & Record<string, unknown>, json = false): ExitCode {
  const { outcome, answer } = told;
  if (json) console.log(JSON.stringify(told));
  else {
    console.log(SAID[outcome]);
    if (answer !== null)
      for (const line of foldedLines(printable(answer), WIDTH - 2)) console.log(`  ${line}`);
  }
  return outcome === 'sent' || outcome === 'done-before' ? EXIT.ok : EXIT.negative;
}
