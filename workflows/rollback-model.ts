import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { control, deliverPending } from './calls.ts';
import { requireInput } from './input.ts';
import { modelVersionKey, outcomeKey } from './search-attributes.ts';

export interface RollbackInput {
  model: string;
  /** The champion that is to go. When another one serves by now, nothing is done. */
  fromVersion: number;
  /** Who asks for it, and why: kept in the audit log. */
  who: string;
  why: string;
}

export interface RollbackOutcome {
  /** The champion from now on. */
  version: number;
}

/** Gives the place of a champion back to the version that served before it. */
export async function rollbackModel(input: RollbackInput): Promise<RollbackOutcome> {
  requireInput('rollbackModel', input, { model: 'text', fromVersion: 'number', who: 'text', why: 'text' });
  const { model, fromVersion, who, why } = input;
  upsertSearchAttributes([{ key: modelVersionKey, value: `${model}/${fromVersion}` }]);
  const { version } = await control.checkRollback({ model, fromVersion });
  const { workflowId } = workflowInfo();
  await control.switchChampion({ model, version, fromVersion, who, why, workflowId });
  await deliverPending();
  upsertSearchAttributes([{ key: outcomeKey, value: 'rolled-back' }]);
  setCurrentDetails(`${model}/${version} is the champion again. Decided by ${who}: ${why}`);
  return { version };
}
