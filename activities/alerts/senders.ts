import type { Content } from '../../models/alerts/content.ts';
import { mailBody } from '../../models/alerts/mail-body.ts';
import { slackBlocks } from '../../models/alerts/slack-blocks.ts';
import { teamsCard } from '../../models/alerts/teams-card.ts';
import { webhookBody } from '../../models/alerts/webhook-body.ts';
import { createMailer, type MailSettings } from '../../services/mail.ts';
import { createOutgoing, type Outgoing } from '../../services/outgoing.ts';
import { sendToSlack } from '../../services/slack.ts';
import { sendToTeams } from '../../services/teams.ts';
import { sendToWebhook } from '../../services/webhook.ts';

/** Where a channel sends to, secrets and all. */
export type ChannelTarget =
  | ({ kind: 'mail' } & MailSettings)
  | { kind: 'teams' | 'slack'; url: string }
  | { kind: 'webhook'; url: string; secret: string };

export interface SentMessage {
  /** The same at every try, and for the receiver to see. */
  id: string;
  content: Content;
  writtenAt: Date;
}

/** Sends messages to one channel in the form that it shows. */
export interface Sender {
  /** @returns what the receiver answered. */
  send(message: SentMessage): Promise<string>;
  close(): void;
}

/** By the name of the channel. */
export type Senders = ReadonlyMap<string, Sender>;

export interface SendingOptions {
  /** How receivers are reached; left out, as the defaults of the settings allow. */
  outgoing?: Outgoing;
  /** Of a request over HTTP, for tests. */
  timeoutMs?: number;
}

/** One sender a channel. */
export const createSenders = (
  channels: readonly { name: string; target: ChannelTarget }[],
  { outgoing = createOutgoing(), timeoutMs }: SendingOptions = {},
): Senders => new Map(channels.map(({ name, target }) => [name, createSender(target, outgoing, timeoutMs)]));

export function closeSenders(senders: Senders): void {
  for (const sender of senders.values()) sender.close();
}

function createSender(target: ChannelTarget, outgoing: Outgoing, timeoutMs?: number): Sender {
  const close = (): void => {};
  switch (target.kind) {
    case 'mail': {
      const mailer = createMailer(target, outgoing);
      return { send: ({ id, content }) => mailer.send({ id, ...mailBody(content) }), close: mailer.close };
    }
    case 'teams':
      return {
        send: ({ id, content }) => sendToTeams(outgoing, target.url, teamsCard(content, id), timeoutMs),
        close,
      };
    case 'slack':
      return {
        send: ({ id, content }) => sendToSlack(outgoing, target.url, slackBlocks(content, id), timeoutMs),
        close,
      };
    case 'webhook':
      return {
        send: ({ id, content, writtenAt }) =>
          sendToWebhook(
            outgoing,
            target,
            id,
            webhookBody(content, id, writtenAt.toISOString()),
            Date.now(),
            timeoutMs,
          ),
        close,
      };
  }
}
