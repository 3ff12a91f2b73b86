import {
  lockPendingNotification,
  markFailed,
  markSent,
  type Notification,
  pendingNotifications,
} from '../db/notifications.ts';
import { announceChange, withTransaction } from '../db/pool.ts';
import { MailRefused } from '../services/mail.ts';
import type { Dependencies } from './dependencies.ts';

/** Messages looked at in one sweep; the next sweep takes the rest. */
const SWEEP = 50;

/** Ids of the messages that wait in the outbox. */
export function createListPendingNotifications({ pool }: Dependencies) {
  return async function listPendingNotifications(): Promise<{ ids: string[] }> {
    return { ids: await pendingNotifications(pool, SWEEP) };
  };
}

/**
 * Sends one message of the outbox. The row stays locked while it is sent, so two attempts never send it side by
 * side; a crash between the server's yes and the commit sends it once more, with the same Message-ID.
 */
export function createDeliverNotification({ pool, mailer }: Dependencies) {
  return async function deliverNotification(input: {
    id: string;
  }): Promise<{ outcome: 'sent' | 'dead' | 'done-before' }> {
    let failure: Error | undefined;
    const outcome = await withTransaction(pool, async (client) => {
      const notification = await lockPendingNotification(client, input.id);
      if (notification === null) return 'done-before';
      failure = await send(notification);
      if (failure === undefined) await markSent(client, input.id);
      else await markFailed(client, input.id, failure.message, failure instanceof MailRefused);
      await announceChange(client, 'notifications');
      return failure === undefined ? 'sent' : 'dead';
    });
    // The try is on record; thrown after the commit, so that Temporal tries again.
    if (failure !== undefined && !(failure instanceof MailRefused)) throw failure;
    return { outcome };
  };

  async function send(notification: Notification): Promise<Error | undefined> {
    try {
      await mailer.send({ id: notification.id, subject: notification.subject, text: notification.body });
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }
}
