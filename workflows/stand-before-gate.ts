import { executeChild, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ContestantReference } from '../activities/train-contestant.ts';
import { control, train } from './calls.ts';
import { FAILURE_MODEL, TASK_QUEUES, workflowIds } from './names.ts';
import { promoteModel } from './promote-model.ts';
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
}): Promise<GateOutcome> {
  const { snapshot, seed, contestants } = run;
  const training = { model: FAILURE_MODEL, snapshot, seed, contestants };
  const { workflowId } = workflowInfo();
  const { version, kind } = await control.registerChallenger({ ...training, workflowId });
  upsertSearchAttributes([{ key: modelVersionKey, value: `${FAILURE_MODEL}/${version}` }]);
  setCurrentDetails(`Version ${version} (${kind}) before the gate`);

  const { verdict, promoteVersion, summary } = await train.judgeChallenger({ ...training, version });
  if (promoteVersion !== null) await promote(promoteVersion);
  const promoted = promoteVersion === null ? '' : `, version ${promoteVersion} promoted`;
  upsertSearchAttributes([{ key: outcomeKey, value: verdict }]);
  setCurrentDetails(`Version ${version} (${kind}): ${verdict}${promoted}\n\n${summary}`);
  return { version, kind, verdict, promotedVersion: promoteVersion };
}

async function promote(version: number): Promise<void> {
  await executeChild(promoteModel, {
    workflowId: workflowIds.promoteModel(FAILURE_MODEL, version),
    taskQueue: TASK_QUEUES.control,
    args: [{ model: FAILURE_MODEL, version, policy: 'gate' }],
    staticSummary: `Promote ${FAILURE_MODEL}/${version} on the verdict of the gate`,
  });
}
