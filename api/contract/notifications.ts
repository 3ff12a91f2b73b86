/** Messages to people, and the mail the system keeps itself. */
import { z } from 'zod';
import { count, instant, limit, pageQuery, pageSchema } from './fields.ts';

const notificationSchema = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    channel: z.string().describe('Name of the configured channel.'),
    channelKind: z.string(),
    event: z.string().nullable().describe('What happened to its incidents; null of other messages.'),
    subject: z.string(),
    state: z
      .enum(['pending', 'sent', 'dead', 'withdrawn'])
      .describe('dead: given up; `smart-etl alerts retry`.'),
    attempts: count,
    lastError: z.string().nullable(),
    answer: z.string().nullable().describe('What the receiver said when it accepted it.'),
    createdAt: instant,
    notBefore: instant.nullable().describe('It waits for this instant: quiet hours or maintenance.'),
    nextAttemptAt: instant.nullable(),
    sentAt: instant.nullable(),
  })
  .meta({ id: 'Notification' });

export const notificationsSchema = pageSchema(notificationSchema, 'Notifications');

export const mailSchema = z
  .strictObject({
    id: z.string(),
    subject: z.string(),
    from: z.string(),
    to: z.array(z.string()),
    date: instant.nullable(),
    text: z.string(),
  })
  .meta({ id: 'Mail' });

export const mailboxSchema = z
  .strictObject({
    available: z.boolean().describe('false when mail goes to a real server and is not kept here.'),
    items: z.array(mailSchema),
  })
  .meta({ id: 'Mailbox' });

export const mailboxQuerySchema = z.strictObject({ limit: limit(100) });

export const notificationsQuerySchema = z.strictObject({
  ...pageQuery(100),
  state: z.enum(['pending', 'sent', 'dead', 'withdrawn']).optional().describe('Only messages in this state.'),
  channel: z.string().min(1).max(63).optional().describe('Only messages of this channel.'),
});

export type Notification = z.infer<typeof notificationSchema>;
export type Notifications = z.infer<typeof notificationsSchema>;
export type Mail = z.infer<typeof mailSchema>;
export type Mailbox = z.infer<typeof mailboxSchema>;
