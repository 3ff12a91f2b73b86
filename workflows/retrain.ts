import { executeChild, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { control, train } from './calls.ts';
import { FAILURE_MODEL, TASK_QUEUES, workflowIds } from './names.ts';
import { promoteModel } from './promote-model.ts';
import { modelVersionKey, outcomeKey } from './search-attributes.ts';

export interface RetrainInput {
  /** Train on what was known at this instant; ISO 8601. Left out: now. */
  asOf?: string;
  /** Seed of all randomness; left out: 1. */
  seed?: number;
}

export interface RetrainOutcome {
  version: number;
  kind: string;
  verdict: 'promote' | 'keep' | 'undecided';
  promoted: boolean;
}

/** Freezes the data, trains every contestant, registers the best, lets the gate judge it, promotes it if it passed. */
export async function retrain({ asOf, seed = 1 }: RetrainInput = {}): Promise<RetrainOutcome> {
  const now = await control.resolveAsOf(asOf === undefined ? {} : { asOf });
  setCurrentDetails(`Freezing what was known at ${now.asOf}`);
  const frozen = await train.freezeSnapshot(now);

  setCurrentDetails(
    `${frozen.runs} runs of ${frozen.jobs} jobs as of ${now.asOf}: training ${frozen.kinds.join(', ')}`,
  );
  const contestants = await Promise.all(
    frozen.kinds.map((kind) => train.trainContestant({ snapshot: frozen.snapshot, kind, seed })),
  );

  const challenger = await control.registerChallenger({
    model: FAILURE_MODEL,
    snapshot: frozen.snapshot,
    cutoff: now.asOf,
    seed,
    contestants,
  });
  const { version, kind } = challenger;
  upsertSearchAttributes([{ key: modelVersionKey, value: `${FAILURE_MODEL}/${version}` }]);
  setCurrentDetails(`Version ${version} (${kind}) before the gate`);

  const { verdict, summary } = await train.judgeChallenger({ model: FAILURE_MODEL, version });
  const promoted = verdict === 'promote' && (await promote(version));
  upsertSearchAttributes([{ key: outcomeKey, value: verdict }]);
  setCurrentDetails(`Version ${version} (${kind}): ${verdict}${promoted ? ', promoted' : ''}\n\n${summary}`);
  return { version, kind, verdict, promoted };
}

async function promote(version: number): Promise<boolean> {
  const { outcome } = await executeChild(promoteModel, {
    workflowId: workflowIds.promoteModel(FAILURE_MODEL, version),
    taskQueue: TASK_QUEUES.control,
    args: [{ model: FAILURE_MODEL, version, policy: 'gate' }],
    staticSummary: `Promote ${FAILURE_MODEL}/${version} on the verdict of the gate`,
  });
  return outcome === 'promoted' || outcome === 'champion-already';
}
