import type { PoolClient } from 'pg';
import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { channelsTold, withdrawNotifications } from '../../db/alerts/notifications.ts';
import { estateMoment } from '../../db/estate-clock.ts';
import { findGateVerdict } from '../../db/forecast/gate-verdicts.ts';
import { versionOfAlias } from '../../db/forecast/model-aliases.ts';
import {
  type ApprovalOutcome,
  type ApprovalState,
  endApproval,
  lockApproval,
  readApprovers,
  saveApproval,
} from '../../db/forecast/model-approvals.ts';
import { findModelVersion } from '../../db/forecast/model-versions.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import type { AlertSettings } from '../../models/alerts/alert-settings.ts';
import { approvalAskedMessage, approvalOverMessage } from '../../models/alerts/approval-message.ts';
import { remindTopicMs } from '../../models/alerts/patience.ts';
import type { GateCheck } from '../../models/evaluation/gate-check.ts';
import type { Vote } from '../../models/promotion/approvals.ts';
import type { Move } from '../../models/promotion/biggest-moves.ts';
import { noticeId } from '../alerts/notice-id.ts';
import { tellMessage } from '../alerts/tell-message.ts';
import type { Dependencies } from '../dependencies.ts';
import { UnknownModelVersion } from './judge-challenger.ts';

/** A decision about a model may wait some days, but is forgotten in a week. */
const REMIND_AFTER_MS = 2 * 86_400_000;

export interface ApprovalRound {
  model: string;
  version: number;
  /** The champion it is to replace; null: none. */
  fromVersion: number | null;
  workflowId: string;
  /** First run of that workflow: a version may wait again later. */
  runId: string;
  /** 1 is the first; each is told once. */
  round: number;
  /** Nothing is new since the round before. */
  isReminder: boolean;
  /** Who approved so far. */
  votes: readonly Vote[];
  twoPeople: boolean;
  /** ISO 8601. */
  decideBy: string;
  /** The jobs whose forecast would change most; left out: nobody worked it out. */
  moves?: readonly Move[];
}

/**
 * Tells people that a version waits for them, and keeps that it does. Twice is once. People are not reminded of what
 * cannot be done any more, because another champion serves by now.
 */
export function createAskApproval({ pool, alerts, pageUrl, time, now }: Dependencies) {
  return async function askApproval(input: ApprovalRound): Promise<{
    /** When to remind them, if nobody decides; null: never. */
    remindAfterMs: number | null;
  }> {
    const { model, version, fromVersion, workflowId, runId, round, isReminder, votes, twoPeople } = input;
    return withTransaction(pool, async (client) => {
      const found = await findModelVersion(client, model, version);
      if (found === null) throw new UnknownModelVersion(`${model}/${version} is not registered`);
      if (isReminder && (await versionOfAlias(client, model, 'champion')) !== fromVersion) {
        return { remindAfterMs: null };
      }
      const approvals = votes.map(({ who, why }) => ({ who: who.trim(), why }));
      const decideBy = new Date(input.decideBy);
      await saveApproval(client, {
        ...{ runId, workflowId, model, version, against: fromVersion, twoPeople },
        ...{ approvals, rounds: round, decideBy },
      });
      const verdict = await findGateVerdict(client, model, version, fromVersion ?? 0);
      const approvers = await readApprovers(client);
      const asOf = await estateMoment(client, time, now());
      await tellMessage(client, alerts, {
        kind: 'approval-asked',
        topic: 'model',
        told: roundName(runId, round),
        message: (language) =>
          approvalAskedMessage(
            {
              ...{ version, kind: found.kind, against: fromVersion, twoPeople, approvals, isReminder },
              ...{ approvers, decideBy: decideBy.getTime(), moves: input.moves ?? null },
              verdict: verdict && { verdict: verdict.verdict, checks: verdict.checks as GateCheck[] },
            },
            language,
            `${pageUrl}/models?v=${version}`,
          ),
        asOf,
      });
      await announceChange(client, 'models');
      return { remindAfterMs: remindTopicMs('model', alerts, asOf.getTime(), REMIND_AFTER_MS) };
    });
  };
}

/**
 * Keeps how a wait ended. Whoever was told of it, or may have been, is told of its end, unless the new champion tells
 * it; what nobody has been sent yet is withdrawn. A no is in the audit log. Twice is once.
 */
export function createEndApproval({ pool, alerts, pageUrl, time, now }: Dependencies) {
  return async function endApprovalOnce(input: {
    model: string;
    version: number;
    fromVersion: number | null;
    twoPeople: boolean;
    workflowId: string;
    runId: string;
    outcome: ApprovalOutcome;
    votes: readonly Vote[];
    /** Who decided and why, or why it could not be done; null: nobody decided. */
    who: string | null;
    why: string | null;
  }): Promise<{ told: boolean }> {
    const { model, version, fromVersion, twoPeople, workflowId, runId, outcome, votes, who, why } = input;
    return withTransaction(pool, async (client) => {
      const known = await lockApproval(client, runId);
      // Who says no before people were asked is kept all the same.
      const wait = known ?? {
        ...{ runId, workflowId, model, version, against: fromVersion, twoPeople },
        ...{ approvals: [], rounds: 0, decideBy: new Date(now()), endedAt: null },
      };
      if (wait.endedAt !== null || (known === null && outcome !== 'rejected')) return { told: false };
      if (known === null) await saveApproval(client, wait);
      const approvals = votes
        .filter(({ approve }) => approve)
        .map((vote) => ({ who: vote.who, why: vote.why }));
      await endApproval(client, runId, { outcome, approvals });
      if (outcome === 'rejected') {
        await saveAuditEntry(client, {
          ...{ who: who ?? '', action: 'model.reject', subject: `${model}/${version}`, why: why ?? '' },
          before: { state: 'waits', approvals: wait.approvals },
          after: { state: 'rejected' },
          workflowId,
        });
      }
      const channels = await toldChannels(client, alerts, wait);
      if (outcome !== 'promoted') {
        const over = { version, against: wait.against, outcome, who, why };
        await tellMessage(client, alerts, {
          kind: 'approval-over',
          topic: 'model',
          told: runId,
          message: (language) => approvalOverMessage(over, language, `${pageUrl}/models?v=${version}`),
          asOf: await estateMoment(client, time, now()),
          channels,
        });
      }
      await announceChange(client, 'models');
      return { told: outcome !== 'promoted' && channels.length > 0 };
    });
  };
}

const roundName = (runId: string, round: number): string => `${runId}/${round}`;

/** Withdraws what nobody has tried to send, and names the channels that heard of the wait all the same. */
async function toldChannels(
  client: PoolClient,
  { channels }: AlertSettings,
  { runId, rounds }: Pick<ApprovalState, 'runId' | 'rounds'>,
): Promise<string[]> {
  const ids = channels.flatMap(({ name }) =>
    Array.from({ length: rounds }, (_, index) =>
      noticeId(`approval-asked/${name}/${roundName(runId, index + 1)}`),
    ),
  );
  await withdrawNotifications(client, ids);
  return channelsTold(client, ids);
}
