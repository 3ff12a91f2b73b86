import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  executeChild,
  ParentClosePolicy,
  patched,
  setCurrentDetails,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { FrozenSnapshot } from '../activities/forecast/freeze-snapshot.ts';
import type { ContestantReference } from '../activities/forecast/train-contestant.ts';
import { control, train } from './calls.ts';
import { FAILURE_MODEL, TASK_QUEUES, workflowIds } from './names.ts';
import { type PromoteInput, type PromoteOutcome, promoteModel } from './promote-model.ts';
import { modelVersionKey, outcomeKey } from './search-attributes.ts';

export interface GateOutcome {
  /** The challenger. */
  version: number;
  kind: string;
  verdict: 'promote' | 'keep' | 'undecided';
  /** The version that became champion; null: the champion stays. */
  promotedVersion: number | null;
}

/** Registers the challenger among the contestants, lets the gate judge it, promotes what passed. */
export async function standBeforeGate(run: {
  snapshot: string;
  seed: number;
  contestants: ContestantReference[];
  /** Of trainings whose data was frozen before there was a choice nothing is told. */
  gate?: FrozenSnapshot['gate'];
}): Promise<GateOutcome> {
  const { snapshot, seed, contestants, gate } = run;
  const training = { model: FAILURE_MODEL, snapshot, seed, contestants };
  const { workflowId } = workflowInfo();
  const { version, kind } = await control.registerChallenger({ ...training, workflowId });
  upsertSearchAttributes([{ key: modelVersionKey, value: `${FAILURE_MODEL}/${version}` }]);
  setCurrentDetails(`Version ${version} (${kind}) before the gate`);

  const { verdict, promoteVersion, summary } = await train.judgeChallenger({
    ...training,
    version,
    ...(gate && { gate }),
  });
  const outcome = promoteVersion === null ? null : await promote(promoteVersion);
  const promoted = outcome === null ? '' : `, version ${promoteVersion} ${outcome}`;
  const isServing = outcome === 'promoted' || outcome === 'champion-already';
  upsertSearchAttributes([{ key: outcomeKey, value: verdict }]);
  setCurrentDetails(`Version ${version} (${kind}): ${verdict}${promoted}\n\n${summary}`);
  return { version, kind, verdict, promotedVersion: isServing ? promoteVersion : null };
}

/** What came of it; where a person has to approve, it is left to wait for them. */
async function promote(version: number): Promise<PromoteOutcome['outcome'] | 'waits for approval'> {
  const { policy } = patched('promotion-policy')
    ? await control.readPromotionPolicy()
    : { policy: 'gate' as const };
  const child = {
    workflowId: workflowIds.promoteModel(FAILURE_MODEL, version),
    taskQueue: TASK_QUEUES.control,
    args: [{ model: FAILURE_MODEL, version, policy }] as [PromoteInput],
    staticSummary: `Promote ${FAILURE_MODEL}/${version} on the verdict of the gate`,
  };
  if (policy === 'gate') return (await executeChild(promoteModel, child)).outcome;
  try {
    await startChild(promoteModel, { ...child, parentClosePolicy: ParentClosePolicy.ABANDON });
  } catch (error) {
    // It waits already.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return 'waits for approval';
}
