import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ParentClosePolicy,
  setCurrentDetails,
  startChild,
  upsertSearchAttributes,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { control, deliverPending, looks, train } from './calls.ts';
import { FAILURE_MODEL, isoWeekOf, TASK_QUEUES, workflowIds } from './names.ts';
import { retrain } from './retrain.ts';
import { modelVersionKey, outcomeKey } from './search-attributes.ts';

export interface MonitorInput {
  /** Look as if now were this instant; ISO 8601. Left out: now. */
  asOf?: string;
}

export interface MonitorOutcome {
  cutoff: string;
  /** Null: no version serves yet. */
  version: number | null;
  state: 'steady' | 'watch' | 'degraded' | 'not-enough-data';
  features: number;
  drifted: number;
  episode: 'none' | 'opened' | 'lasts' | 'ended';
  incidentId: number | null;
  /** The retraining that this look gave rise to; null: none. */
  retrainWorkflowId: string | null;
}

/**
 * Joins forecasts with what happened, looks whether the champion is still what it was, tells people when it is not, and
 * has it trained anew, once for each time it is not.
 */
export async function monitorModel({ asOf }: MonitorInput = {}): Promise<MonitorOutcome> {
  const now = await control.resolveAsOf(asOf === undefined ? {} : { asOf });
  setCurrentDetails(`Entering what became of forecasts as of ${now.asOf}`);
  const settled = await looks.settleForecastOutcomes(now);
  setCurrentDetails(
    `${settled.forecasts} forecasts looked up, ${settled.changed} outcomes entered: comparing the data`,
  );
  const { summary, made: _, ...look } = await train.observeModel({ model: FAILURE_MODEL, asOf: now.asOf });
  if (look.version === null) {
    upsertSearchAttributes([{ key: outcomeKey, value: 'no-champion' }]);
    setCurrentDetails('No version serves yet: nothing to watch');
    return { ...look, episode: 'none', incidentId: null, retrainWorkflowId: null };
  }
  upsertSearchAttributes([
    { key: modelVersionKey, value: `${FAILURE_MODEL}/${look.version}` },
    { key: outcomeKey, value: look.state },
  ]);
  const followed = await control.followModel({
    model: FAILURE_MODEL,
    cutoff: look.cutoff,
    retrainWorkflowId: workflowIds.retrain(isoWeekOf(Date.parse(now.asOf))),
  });
  if (followed.retrainWorkflowId !== null) await startRetraining(followed.retrainWorkflowId, now.asOf);
  await deliverPending();
  const retraining =
    followed.retrainWorkflowId === null ? '' : `, trained anew by ${followed.retrainWorkflowId}`;
  const incident =
    followed.incidentId === null ? '' : `, incident ${followed.incidentId} ${followed.episode}`;
  setCurrentDetails(
    `Version ${look.version}: ${look.state}, ${look.drifted} of ${look.features} features moved${incident}${retraining}\n\n${summary}`,
  );
  return { ...look, ...followed };
}

/** One that ran this week under this id is that one: it saw nearly the same. */
async function startRetraining(workflowId: string, asOf: string): Promise<void> {
  try {
    await startChild(retrain, {
      workflowId,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      taskQueue: TASK_QUEUES.control,
      args: [{ asOf }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Retrain ${FAILURE_MODEL}: it is no longer what it was`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
