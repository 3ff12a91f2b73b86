import { ApplicationFailure } from '@temporalio/common';
import {
  type ClaimedMessage,
  claimNotification,
  dueNotifications,
  isPending,
  markFailed,
  markSent,
} from '../../db/alerts/outbox.ts';
import { estateMoment } from '../../db/estate-clock.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { contentOfMessage } from '../../models/alerts/content.ts';
import { retryDelayMs } from '../../models/alerts/retry-delay.ts';
import { MessageRefused, ReceiverBusy } from '../../services/receiver-answer.ts';
import type { Dependencies } from '../dependencies.ts';
import { gatherDigests } from './gather-digests.ts';

/** Messages looked at in one sweep; the next sweep takes the rest. Of one channel fewer, so that none takes all places. */
const SWEEP = { messages: 50, perChannel: 5 };
/** No receiver may take longer, whatever it trickles. */
const SEND_LIMIT_MS = 25_000;
/** Whoever has not recorded the outcome by then is dead; longer than a send may take. */
const LEASE_MS = 35_000;
/** A message that could not be delivered in three days is dead; it is in the list of the dead, and can be revived. */
const GIVE_UP_MS = 3 * 86_400_000;
/** A delay so short is waited for by the activity's own retry, a longer one by a later sweep. */
const SHORT_DELAY_MS = 10_000;
const LONGEST_ERROR = 1_000;

export interface DeliveryOutcome {
  /** `waiting`: to be tried again later; `busy`: somebody else sends it, or it may not be tried yet. */
  outcome: 'sent' | 'dead' | 'waiting' | 'busy' | 'done-before';
  /** What the receiver said, or why it was not reached; null when nothing was tried. */
  answer: string | null;
}

/** Ids of the messages that are to be sent now. */
export function createListPendingNotifications({ pool, time, now, alerts, pageUrl }: Dependencies) {
  return async function listPendingNotifications(): Promise<{ ids: string[] }> {
    const asOf = await estateMoment(pool, time, now());
    await gatherDigests(pool, { alerts, pageUrl }, asOf);
    return { ids: await dueNotifications(pool, asOf, SWEEP) };
  };
}

/**
 * Sends one message of the outbox. It is claimed first, for as long as a send may take, so that two attempts never
 * send it side by side and nothing is held in the database while a receiver thinks. Whoever is killed between the
 * receiver's yes and the record leaves a claim that runs out: the message is then sent once more, with the same id.
 */
export function createDeliverNotification(
  { pool, senders, language }: Pick<Dependencies, 'pool' | 'senders' | 'language'>,
  { leaseMs = LEASE_MS }: { leaseMs?: number } = {},
) {
  const record = <T>(work: Parameters<typeof withTransaction<T>>[1]): Promise<T> =>
    withTransaction(pool, async (client) => {
      const result = await work(client);
      await announceChange(client, 'notifications');
      return result;
    });

  return async function deliverNotification(input: { id: string }): Promise<DeliveryOutcome> {
    const claimed = await claimNotification(pool, input.id, { leaseMs, giveUpMs: GIVE_UP_MS });
    if (claimed === null) {
      const isLeft = await isPending(pool, input.id);
      return { outcome: isLeft ? 'busy' : 'done-before', answer: null };
    }
    const { answer, failure } = await send(claimed).then(
      (said) => ({ answer: said, failure: null }),
      (error: Error) => ({ answer: '', failure: error }),
    );
    if (failure === null) {
      await record((client) => markSent(client, claimed, answer));
      return { outcome: 'sent', answer };
    }
    const delayMs = delayAfter(failure, claimed.attempts);
    const told = failure.message.slice(0, LONGEST_ERROR);
    const state = await record((client) => markFailed(client, claimed, told, delayMs));
    if (state === 'dead') return { outcome: 'dead', answer: told };
    if (delayMs! > SHORT_DELAY_MS) return { outcome: 'waiting', answer: told };
    // The try is on record; thrown after the commit, so that Temporal tries again.
    throw ApplicationFailure.create({ message: told, type: failure.name, nextRetryDelay: delayMs! });
  };

  async function send({
    id,
    kind,
    channel,
    subject,
    body,
    content,
    createdAt,
  }: ClaimedMessage): Promise<string> {
    const sender = senders.get(channel);
    if (sender === undefined) throw new MessageRefused(`no channel named "${channel}" is configured`);
    return withinLimit(
      sender.send({
        id,
        content: content ?? contentOfMessage({ subject, text: body }, kind, language),
        writtenAt: createdAt,
      }),
    );
  }
}

/** Null: trying again cannot help. */
function delayAfter(failure: Error, attempts: number): number | null {
  if (failure instanceof MessageRefused) return null;
  return retryDelayMs(attempts, failure instanceof ReceiverBusy ? failure.retryAfterMs : null);
}

async function withinLimit<T>(sending: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new ReceiverBusy(`the receiver has not taken it in ${SEND_LIMIT_MS} ms`)),
    SEND_LIMIT_MS,
  );
  try {
    return await Promise.race([sending, promise]);
  } finally {
    clearTimeout(timer);
  }
}
