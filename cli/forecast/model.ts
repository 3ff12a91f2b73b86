import { randomUUID } from 'node:crypto';
import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { loadConfig } from '../../config.ts';
import { estateNow } from '../../db/estate-clock.ts';
import { readOpenTrials } from '../../db/forecast/model-trials.ts';
import type { Vote } from '../../models/promotion/approvals.ts';
import { endedUnheard } from '../../services/ended-unheard.ts';
import { innermostCause } from '../../services/innermost-cause.ts';
import { FAILURE_MODEL, isoWeekOf, SECOND_PERSON, TASK_QUEUES, workflowIds } from '../../workflows/names.ts';
import type { PromoteOutcome } from '../../workflows/promote-model.ts';
import { withConnections } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../options/usage-error.ts';
import { createProgress } from '../progress.ts';
import { runWorkflow, WorkflowEndedBadly } from '../run-workflow.ts';
import { endOrChange } from './champion-change.ts';

/** `smart-etl model train`: retrains now, with all that follows: gate and, when passed, promotion. */
export async function trainModel({
  seed,
  json = false,
}: {
  seed?: number;
  json?: boolean;
}): Promise<ExitCode> {
  const config = loadConfig();
  const outcome = await withConnections(config, async ({ pool, temporal }) => {
    const progress = createProgress();
    try {
      const now = await estateNow(pool, config.time, Date.now());
      progress.step('training and judging the contestants');
      const input = { asOf: now.toISOString(), ...(seed !== undefined && { seed }) };
      const id = workflowIds.retrain(isoWeekOf(now.getTime()));
      const retrained = await runWorkflow(temporal, 'retrain', id, input, `Retrain ${FAILURE_MODEL}`);
      progress.done(`${retrained.kind}: ${retrained.verdict}`);
      return retrained;
    } finally {
      progress.end();
    }
  });
  if (json) console.log(JSON.stringify(outcome));
  else {
    const champion =
      outcome.promotedVersion === null
        ? 'the champion stays'
        : `version ${outcome.promotedVersion} is the champion`;
    console.log(`version ${outcome.version} (${outcome.kind}): ${outcome.verdict}; ${champion}`);
  }
  return EXIT.ok;
}

interface Asked {
  who: string;
  why: string;
  json?: boolean;
}

/**
 * `smart-etl model promote VERSION`: a person makes a version the champion, with name and reason. Where two people have to
 * approve, the first is told so, and the second does the same. `--reject`: says no to a promotion that waits.
 *
 * @returns 0; 1 when it was rejected, nobody decided in time, nothing waits for a no, or it may not be decided by them
 */
export async function promoteModel(
  versionText: string,
  { who, why, reject = false, json = false }: Asked & { reject?: boolean },
): Promise<ExitCode> {
  const version = versionOf(versionText);
  requireReason({ who, why });
  const id = workflowIds.promoteModel(FAILURE_MODEL, version);
  const outcome = await withConnections(loadConfig(), async (open) => {
    const { temporal } = open;
    const decided = async () => {
      const decide = reject ? sayNo : sayYes;
      const said = await decide(temporal, id, version, { approve: !reject, who, why });
      if (said.endsWith(SECOND_PERSON)) return { outcome: 'half-approved' as const, said };
      return endOf(temporal, id);
    };
    try {
      return await endOrChange(open, id, decided, () => ({ outcome: 'promoted' as const }));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { outcome: 'nothing-waits' as const };
      if (!(error instanceof WorkflowUpdateFailedError)) throw error;
      if (endedUnheard(error)) return endOf(temporal, id);
      throw new WorkflowEndedBadly(innermostCause(error).message);
    }
  });
  if (json) console.log(JSON.stringify(outcome));
  else console.log('said' in outcome ? outcome.said : `${FAILURE_MODEL}/${version}: ${outcome.outcome}`);
  const isDone = ['promoted', 'champion-already', 'half-approved'].includes(outcome.outcome);
  return isDone || (reject && outcome.outcome === 'rejected') ? EXIT.ok : EXIT.negative;
}

/** @throws WorkflowEndedBadly */
async function endOf(client: Client, workflowId: string): Promise<PromoteOutcome> {
  try {
    return (await client.workflow.getHandle(workflowId).result()) as PromoteOutcome;
  } catch (error) {
    throw error instanceof WorkflowFailedError
      ? new WorkflowEndedBadly(innermostCause(error).message)
      : error;
  }
}

type Decide = (client: Client, workflowId: string, version: number, vote: Vote) => Promise<string>;

/** The yes comes with the start: nobody is told that it waits for whoever has just decided. */
const sayYes: Decide = (client, workflowId, version, vote) =>
  client.workflow.executeUpdateWithStart('decide', {
    args: [vote],
    startWorkflowOperation: new WithStartWorkflowOperation('promoteModel', {
      ...{ workflowId, taskQueue: TASK_QUEUES.control, workflowIdConflictPolicy: 'USE_EXISTING' },
      args: [{ model: FAILURE_MODEL, version, policy: 'approval' }],
      staticSummary: `Promote ${FAILURE_MODEL}/${version}`,
    }),
  });

/** @throws WorkflowNotFoundError where nothing waits */
const sayNo: Decide = (client, workflowId, _version, vote) =>
  client.workflow.getHandle(workflowId).executeUpdate<string, [Vote]>('decide', { args: [vote] });

/** `smart-etl model shadow VERSION`: it forecasts beside the champion, untold, until a test tells which is better. */
export async function shadowModel(
  versionText: string,
  { days, who, why, json = false }: Asked & { days: number },
): Promise<ExitCode> {
  const version = versionOf(versionText);
  requireReason({ who, why });
  if (days < 1 || days > 365) throw new UsageError(`--days must be from 1 to 365, got ${days}`);
  const workflowId = workflowIds.trialModel(FAILURE_MODEL, version, 'challenger', randomUUID());
  const taken = await withConnections(loadConfig(), async ({ pool, temporal }) => {
    const other = (await readOpenTrials(pool, FAILURE_MODEL)).find(({ role }) => role === 'challenger');
    if (other) return other;
    const trial = { model: FAILURE_MODEL, version, role: 'challenger', days, policy: 'approval' } as const;
    await temporal.workflow.start('trialModel', {
      workflowId,
      taskQueue: TASK_QUEUES.control,
      args: [{ ...trial, who, why, isAsked: true }],
      staticSummary: `${FAILURE_MODEL}/${version} beside the champion for ${days} days`,
    });
    return null;
  });
  if (taken) {
    console.error(`version ${taken.version} is on trial until ${taken.endsAsOf.toISOString()}`);
    return EXIT.negative;
  }
  if (json) console.log(JSON.stringify({ version, days, workflowId }));
  else console.log(`version ${version} forecasts beside the champion for ${days} days: ${workflowId}`);
  return EXIT.ok;
}

function versionOf(text: string): number {
  const version = Number(text);
  if (Number.isInteger(version) && version >= 1) return version;
  throw new UsageError(`VERSION must be a whole number from 1, got "${text}"`);
}

function requireReason({ who, why }: { who: string; why: string }): void {
  if (!who.trim() || !why.trim()) throw new UsageError('--who and --why must say something');
}
