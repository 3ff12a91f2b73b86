import type { Duration } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import { condition, workflowInfo } from '@temporalio/workflow';
import type { ApprovalRound } from '../activities/forecast/approvals.ts';
import { stateOf, type Vote } from '../models/promotion/approvals.ts';
import { control, deliverPending } from './calls.ts';

/** A wait that people were told of. */
export interface PeopleAsked {
  /** What they said came in time. */
  decided: boolean;
  /** Settles when what they were told is sent, or stays in the outbox. */
  sent: Promise<unknown>;
}

/**
 * Waits until people have decided, and tells them: that they are asked, that a second one is, and again as a reminder.
 *
 * @param votes grows while it is waited
 */
export async function waitForPeople(
  wait: Pick<ApprovalRound, 'model' | 'version' | 'fromVersion' | 'twoPeople' | 'moves'>,
  votes: readonly Vote[],
  decideWithin: Duration,
): Promise<PeopleAsked> {
  const { workflowId, firstExecutionRunId: runId } = workflowInfo();
  const untilMs = Date.now() + msToNumber(decideWithin);
  const decideBy = new Date(untilMs).toISOString();
  const sent: Promise<unknown>[] = [];
  let seen = -1;
  for (let round = 1; stateOf(votes, wait.twoPeople) === 'open'; round += 1) {
    const isReminder = seen === votes.length;
    seen = votes.length;
    const told = { ...wait, workflowId, runId, round, isReminder, votes: [...votes], decideBy };
    const { remindAfterMs } = await control.askApproval(told);
    // A mail server that hangs holds up nobody's decision; what is not sent stays in the outbox.
    sent.push(deliverPending().catch(() => null));
    const leftMs = untilMs - Date.now();
    if (leftMs <= 0) return { decided: false, sent: Promise.all(sent) };
    const waitMs = Math.min(leftMs, remindAfterMs ?? leftMs);
    const isHeard = await condition(() => votes.length > seen, waitMs);
    if (!isHeard && waitMs === leftMs) return { decided: false, sent: Promise.all(sent) };
  }
  return { decided: true, sent: Promise.all(sent) };
}
