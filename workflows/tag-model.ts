import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { control } from './calls.ts';
import { requireInput } from './input.ts';
import { modelVersionKey, outcomeKey } from './search-attributes.ts';

export interface TagModelInput {
  model: string;
  version: number;
  key: string;
  /** null: it is taken off. */
  value: string | null;
  /** Who does it, and why: kept in the audit log. */
  who: string;
  why: string;
}

export interface TagModelOutcome {
  /** false: it was so already. */
  changed: boolean;
}

/** Writes a tag on a version, or takes it off. */
export async function tagModel(input: TagModelInput): Promise<TagModelOutcome> {
  requireInput('tagModel', input, {
    ...{ model: 'text', version: 'number', key: 'text' },
    ...{ who: 'text', why: 'text' },
  });
  const { workflowId } = workflowInfo();
  const name = `${input.model}/${input.version}`;
  upsertSearchAttributes([{ key: modelVersionKey, value: name }]);
  const outcome = await control.tagModel({ ...input, workflowId });
  upsertSearchAttributes([{ key: outcomeKey, value: outcome.changed ? 'changed' : 'unchanged' }]);
  const done = input.value === null ? `tag ${input.key} taken off` : `tag ${input.key} written`;
  setCurrentDetails(`${name}: ${outcome.changed ? done : 'nothing changed'} by ${input.who}: ${input.why}`);
  return outcome;
}
