import { createHash } from 'node:crypto';
import type { Notification } from '../db/notifications.ts';
import type { Message } from '../models/alerts/message.ts';

/**
 * A message for the mail channel.
 *
 * @param told what it tells of, in words that are the same whenever the same thing is told: its hash is the id, so
 * nobody is told twice.
 */
export function mailNotification(kind: Notification['kind'], told: string, message: Message): Notification {
  const id = createHash('sha256').update(`${kind}/mail/${told}`).digest('hex').slice(0, 32);
  return { id, kind, channel: 'mail', subject: message.subject, body: message.text };
}
