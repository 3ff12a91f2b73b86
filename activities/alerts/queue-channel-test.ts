import { Context } from '@temporalio/activity';
import { queueNotification } from '../../db/alerts/notifications.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { testContent } from '../../models/alerts/test-content.ts';
import type { Dependencies } from '../dependencies.ts';
import { notificationTo } from './tell-message.ts';

/** The worker knows no channel of that name: its settings are others than those of whoever asks. */
export class UnknownChannel extends Error {
  override name = 'UnknownChannel';
}

/** Puts a message into the outbox that finds out whether a channel works; one a workflow. */
export function createQueueChannelTest({ pool, alerts, now }: Dependencies) {
  return async function queueChannelTest(input: { channel: string; who: string }): Promise<{ id: string }> {
    const channel = alerts.channels.find(({ name }) => name === input.channel);
    if (channel === undefined) {
      const known = alerts.channels.map(({ name }) => name).join(', ');
      throw new UnknownChannel(`the worker has no channel named "${input.channel}"; it has ${known}`);
    }
    const asOf = new Date(now());
    const content = testContent(channel.name, input.who, asOf.getTime(), channel.language);
    const { workflowExecution } = Context.current().info;
    const message = notificationTo(channel, 'channel-test', workflowExecution?.runId ?? '', content, asOf);
    await withTransaction(pool, async (client) => {
      await queueNotification(client, message);
      await announceChange(client, 'notifications');
    });
    return { id: message.id };
  };
}
