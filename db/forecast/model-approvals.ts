import type { Vote } from '../../models/promotion/approvals.ts';
import type { Queryable } from '../pool.ts';

export type ApprovalOutcome = 'promoted' | 'rejected' | 'expired' | 'failed';

/** A promotion that waits for people. */
export interface Approval {
  /** First run of its workflow. */
  runId: string;
  workflowId: string;
  model: string;
  version: number;
  /** The champion it is to replace; null: none. */
  against: number | null;
  twoPeople: boolean;
  /** Who approved so far. */
  approvals: readonly Pick<Vote, 'who' | 'why'>[];
  /** How often people were told of it. */
  rounds: number;
  /** Undecided by then, the champion stays. */
  decideBy: Date;
}

export interface ApprovalState extends Approval {
  askedAt: Date;
  endedAt: Date | null;
  outcome: ApprovalOutcome | null;
}

const COLUMNS = `run_id as "runId", workflow_id as "workflowId", model, version, against, two_people as "twoPeople",
  approvals, rounds, asked_at as "askedAt", decide_by as "decideBy", ended_at as "endedAt", outcome`;

/**
 * Keeps that a promotion waits, and who approved by now. One of the same version that was stopped from outside, so
 * that it could not tell its end, counts as expired. Belongs in a transaction.
 */
export async function saveApproval(client: Queryable, approval: Approval): Promise<void> {
  const { runId, model, version } = approval;
  await client.query(
    `update model_approval set ended_at = now(), outcome = 'expired'
     where model = $1 and version = $2 and run_id <> $3 and ended_at is null`,
    [model, version, runId],
  );
  await client.query(
    `insert into model_approval (run_id, workflow_id, model, version, against, two_people, approvals, rounds, decide_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (run_id) do update set two_people = excluded.two_people, approvals = excluded.approvals,
       rounds = greatest(model_approval.rounds, excluded.rounds)`,
    [
      ...[runId, approval.workflowId, model, version, approval.against, approval.twoPeople],
      ...[JSON.stringify(approval.approvals), approval.rounds, approval.decideBy],
    ],
  );
}

/** What is known of a wait, locked until the transaction ends; null: nobody was told of it. */
export async function lockApproval(client: Queryable, runId: string): Promise<ApprovalState | null> {
  const { rows } = await client.query<ApprovalState>(
    `select ${COLUMNS} from model_approval where run_id = $1 for update`,
    [runId],
  );
  return rows[0] ?? null;
}

/** Keeps how a wait ended; what ended stays as it ended. */
export async function endApproval(
  client: Queryable,
  runId: string,
  { outcome, approvals }: Pick<Approval, 'approvals'> & { outcome: ApprovalOutcome },
): Promise<void> {
  await client.query(
    `update model_approval set ended_at = now(), outcome = $2, approvals = $3
     where run_id = $1 and ended_at is null`,
    [runId, outcome, JSON.stringify(approvals)],
  );
}

/** Promotions of a model that wait for people now, the newest version first. */
export async function readOpenApprovals(client: Queryable, model: string): Promise<ApprovalState[]> {
  const { rows } = await client.query<ApprovalState>(
    `select ${COLUMNS} from model_approval
     where model = $1 and ended_at is null and decide_by > now() order by version desc`,
    [model],
  );
  return rows;
}

/** Names of users who may decide about models, by name; empty where nobody logs in with a password. */
export async function readApprovers(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from app_user where role in ('ml-engineer', 'admin') and disabled_at is null order by lower(name)`,
  );
  return rows.map(({ name }) => name);
}
