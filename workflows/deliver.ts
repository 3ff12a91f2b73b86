import { ActivityFailure } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { DeliveryOutcome } from '../activities/alerts/deliver-notification.ts';
import { control, messagesOnce } from './calls.ts';
import { requireInput } from './input.ts';
import { outcomeKey } from './search-attributes.ts';

export type { DeliveryOutcome };

export interface DeliverInput {
  /** Of the message in the outbox. */
  id: string;
}

export interface TestChannelInput {
  /** Name of a configured channel. */
  channel: string;
  who: string;
}

/** Tries once, now, to send a message of the outbox. */
export async function deliver(input: DeliverInput): Promise<DeliveryOutcome> {
  requireInput('deliver', input, { id: 'text' });
  return deliverOnce(input.id);
}

/** Sends a message that says nothing to one channel, and tells what the receiver answered. */
export async function testChannel(input: TestChannelInput): Promise<DeliveryOutcome> {
  requireInput('testChannel', input, { channel: 'text', who: 'text' });
  const { id } = await control.queueChannelTest(input);
  return deliverOnce(id);
}

async function deliverOnce(id: string): Promise<DeliveryOutcome> {
  const outcome = await messagesOnce.deliverNotification({ id }).catch((error: unknown): DeliveryOutcome => {
    if (!(error instanceof ActivityFailure)) throw error;
    return { outcome: 'waiting', answer: error.cause?.message ?? null };
  });
  upsertSearchAttributes([{ key: outcomeKey, value: outcome.outcome }]);
  setCurrentDetails(outcome.answer ?? outcome.outcome);
  return outcome;
}
