import {
  ActivityFailure,
  ApplicationFailure,
  type Duration,
  rootCause,
  TimeoutFailure,
} from '@temporalio/common';
import {
  allHandlersFinished,
  condition,
  defineUpdate,
  log,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { PromotionCheck } from '../activities/forecast/promotion.ts';
import { namesOf, reasonsOf, refusalOf, stateOf, type Vote } from '../models/promotion/approvals.ts';
import type { Move } from '../models/promotion/biggest-moves.ts';
import { control, deliverPending, releases } from './calls.ts';
import { requireInput } from './input.ts';
import { SECOND_PERSON } from './names.ts';
import { modelVersionKey, outcomeKey } from './search-attributes.ts';
import { startTrial } from './start-trial.ts';
import { waitForPeople } from './wait-for-people.ts';

export interface PromoteInput {
  model: string;
  version: number;
  /** `gate`: the verdict of the gate decides alone; `approval`: a person decides by the update `decide`. */
  policy: 'gate' | 'approval';
  /** How long to wait for a person, such as `2 days`. Left out: a week. */
  decideWithin?: Duration;
  /** Who asks for it, and why: where two people have to approve, the first of them. */
  asked?: { who: string; why: string };
  /** Two people have to approve, whatever is configured. */
  twoPeople?: boolean;
  /** So many days it forecasts beside the champion first; left out: as configured, 0: not at all. */
  shadowDays?: number;
}

export type Decision = Vote;

export interface PromoteOutcome {
  /** `on-trial`: it forecasts beside the champion first; `trial-taken`: another version does at the moment. */
  outcome: 'promoted' | 'champion-already' | 'rejected' | 'expired' | 'on-trial' | 'trial-taken';
}

/** A person's decision; refused without a name and a reason, and from the same person twice. */
export const decide = defineUpdate<string, [Decision]>('decide');

/** A model nobody decides about for a week is overtaken by the next retraining. */
const DECIDE_WITHIN: Duration = '7 days';

/** Makes a version the champion, once, by the gate, by a person or by two. */
export async function promoteModel(input: PromoteInput): Promise<PromoteOutcome> {
  requireInput('promoteModel', input, { model: 'text', version: 'number', policy: 'text' });
  const { model, version, policy, decideWithin = DECIDE_WITHIN, asked } = input;
  const name = `${model}/${version}`;
  const isNew = patched('second-person');
  const votes: Vote[] = [];
  let check: PromotionCheck | undefined;
  let trialDays = 0;
  const twoPeople = () => input.twoPeople === true || check?.settings?.twoPeople === true;
  const refusal = (vote: Decision): string | null => {
    if (policy !== 'approval') return `${name} is promoted by the gate, not by a person`;
    if (trialDays > 0) return `${name} forecasts beside the champion first: decide when that is over`;
    // Before it is known how many are asked for, nothing is decided.
    const isOpen = isNew && check === undefined;
    return refusalOf(vote, { name, votes: isOpen ? [] : votes, twoPeople: twoPeople() });
  };
  setHandler(
    decide,
    async (made) => {
      if (isNew) await condition(() => check !== undefined);
      const refused = refusal(made);
      if (refused !== null) throw ApplicationFailure.nonRetryable(refused, 'DecisionRefused');
      votes.push(made);
      if (!made.approve) return `${name} rejected by ${made.who}`;
      const more = stateOf(votes, twoPeople()) === 'open' ? `: ${SECOND_PERSON}` : '';
      return `${name} approved by ${made.who}${more}`;
    },
    {
      validator(made) {
        const refused = refusal(made);
        if (refused !== null) throw new Error(refused);
      },
    },
  );
  const { workflowId, firstExecutionRunId: runId } = workflowInfo();
  let isTold = false;
  let sent: Promise<unknown> = Promise.resolve();
  const tellEnd = async (
    outcome: 'promoted' | 'rejected' | 'expired' | 'failed',
    who: string | null,
    why: string | null,
  ): Promise<void> => {
    if (!isTold) return;
    const wait = { model, version, fromVersion: check?.championVersion ?? null, twoPeople: twoPeople() };
    await control.endApproval({ ...wait, workflowId, runId, outcome, votes, who, why });
    await sent;
    // Of a promotion the release note is sent later on.
    if (outcome !== 'promoted') await deliverPending();
  };
  const end = async (outcome: PromoteOutcome['outcome'], said: string): Promise<PromoteOutcome> => {
    upsertSearchAttributes([{ key: outcomeKey, value: outcome }]);
    setCurrentDetails(said);
    if (isNew) await condition(allHandlersFinished);
    return { outcome };
  };

  upsertSearchAttributes([{ key: modelVersionKey, value: name }]);
  const looked = await control.checkPromotion({ model, version, policy });
  if (asked !== undefined && (input.twoPeople || looked.settings?.twoPeople)) {
    const vote = { approve: true, ...asked };
    const refused = refusalOf(vote, { name, votes: [], twoPeople: true });
    if (refused !== null) throw ApplicationFailure.nonRetryable(`asked: ${refused}`, 'InvalidInput');
    votes.push(vote);
  }
  if (isNew && looked.championVersion !== null && !looked.isChampion) {
    trialDays = input.shadowDays ?? (policy === 'gate' ? (looked.settings?.shadowDays ?? 0) : 0);
  }
  check = looked;
  if (check.isChampion) return end('champion-already', `${name} is the champion already`);

  if (trialDays > 0) {
    const trial = { model, version, role: 'challenger', days: trialDays, policy } as const;
    const by = asked ? { ...asked, isAsked: true } : { who: 'gate', why: check.summary };
    const { state } = await startTrial({ ...trial, ...by });
    if (state === 'begun')
      return end('on-trial', `${name} forecasts beside the champion for ${trialDays} days`);
    if (state === 'taken') return end('trial-taken', `${name} waits: another version is on trial`);
  }

  const moves = isNew ? await movesOf({ model, version, fromVersion: check.championVersion }) : undefined;
  if (policy === 'approval') {
    const people = twoPeople() ? 'two people have to approve' : 'a decision';
    setCurrentDetails(
      `${name} waits for ${isNew ? people : 'a decision'}: send the update **decide** with {"approve": true, "who": "…", "why": "…"}\n\n${check.summary}`,
    );
    isTold = patched('approval-told');
    let decided: boolean;
    if (isTold) {
      const wait = { model, version, fromVersion: check.championVersion, twoPeople: twoPeople() };
      const asked = await waitForPeople({ ...wait, ...(moves && { moves }) }, votes, decideWithin);
      decided = asked.decided;
      sent = asked.sent;
    } else {
      decided = await condition(() => stateOf(votes, twoPeople()) !== 'open', decideWithin);
    }
    if (!decided) {
      await tellEnd('expired', null, null);
      return end('expired', `Nobody decided about ${name} within ${decideWithin}`);
    }
  }
  const no = votes.find(({ approve }) => !approve);
  if (no) {
    await tellEnd('rejected', no.who, no.why);
    return end('rejected', `${name} rejected by ${no.who}: ${no.why}`);
  }
  const { who, why } =
    votes.length > 0 ? { who: namesOf(votes), why: reasonsOf(votes) } : { who: 'gate', why: check.summary };
  const fromVersion = check.championVersion;
  const change = { model, version, fromVersion, who, why, workflowId, ...(moves && { moves }) };
  try {
    await control.switchChampion(change);
  } catch (error) {
    if (error instanceof ActivityFailure) await tellEnd('failed', who, rootCause(error) ?? error.message);
    throw error;
  }
  await tellEnd('promoted', who, why);
  const probationDays = check.settings?.probationDays ?? 0;
  if (isNew && probationDays > 0 && fromVersion !== null) {
    const trial = { model, version: fromVersion, role: 'predecessor', days: probationDays, policy } as const;
    await startTrial({ ...trial, who: 'monitor', why: `${name} took its place` });
  }
  await deliverPending();
  return end('promoted', `${name} is the champion. Decided by ${who}: ${why}`);
}

/** What it would change; undefined where that takes too long to be waited for. */
async function movesOf(change: {
  model: string;
  version: number;
  fromVersion: number | null;
}): Promise<Move[] | undefined> {
  try {
    return (await releases.prepareRelease(change)).moves;
  } catch (error) {
    if (!(error instanceof ActivityFailure && error.cause instanceof TimeoutFailure)) throw error;
    log.warn('the release note is told without the jobs that move most', change);
    return undefined;
  }
}
