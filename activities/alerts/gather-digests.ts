import { endedMeanwhile, type HeldMessage, heldMessages, putIntoDigest } from '../../db/alerts/digests.ts';
import { queueNotification } from '../../db/alerts/notifications.ts';
import { type Pool, withTransaction } from '../../db/pool.ts';
import { digestContent } from '../../models/alerts/many-content.ts';
import type { Dependencies } from '../dependencies.ts';
import { notificationTo } from './tell-message.ts';

/** Makes one message of all that waited for a channel through quiet hours, once these are over; one alone goes as it is. */
export async function gatherDigests(
  pool: Pool,
  { alerts, pageUrl }: Pick<Dependencies, 'alerts' | 'pageUrl'>,
  asOf: Date,
): Promise<void> {
  if (alerts.quietHours.length === 0) return;
  await withTransaction(pool, async (client) => {
    const held = await heldMessages(client, asOf);
    for (const channel of alerts.channels) {
      const messages = held.filter((message) => message.channel === channel.name);
      if (messages.length < 2) continue;
      const ids = messages.map(({ id }) => id);
      const ended = await endedMeanwhile(client, channel.name, latest(messages));
      const subjects = messages.map(({ subject }) => subject);
      const content = digestContent(subjects, ended, `${pageUrl}/incidents`, channel.language);
      const digest = notificationTo(channel, 'digest', ids.join('\n'), content, asOf);
      await queueNotification(client, digest);
      await putIntoDigest(client, digest.id, ids);
    }
  });
}

const latest = (messages: readonly HeldMessage[]): Date =>
  new Date(Math.max(...messages.map(({ notBefore }) => notBefore.getTime())));
