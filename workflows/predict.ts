import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { predictions } from './calls.ts';
import { requireInput } from './input.ts';
import { modelVersionKey } from './search-attributes.ts';

export interface PredictInput {
  model: string;
  version: number;
  /** A full hour; ISO 8601. */
  cutoff: string;
}

/** Somebody asks what the champion says of a job now: it says it of all, once an hour at most. */
export async function predict(input: PredictInput): Promise<{ candidates: number }> {
  requireInput('predict', input, { model: 'text', version: 'number', cutoff: 'text' });
  upsertSearchAttributes([{ key: modelVersionKey, value: `${input.model}/${input.version}` }]);
  const { candidates } = await predictions.makePredictions(input);
  setCurrentDetails(`${candidates} jobs predicted as of ${input.cutoff}`);
  return { candidates };
}
