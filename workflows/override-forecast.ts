import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { control } from './calls.ts';
import { requireInput } from './input.ts';
import { outcomeKey } from './search-attributes.ts';

export interface OverrideForecastInput {
  jobId: number;
  /** What is said of the job; null: what was said is taken back. */
  override: {
    /** Of at least one failed run in the week; null: the forecast of the job is to be ignored. */
    probability: number | null;
    /** It ends by itself; ISO 8601. */
    until: string;
  } | null;
  /** Who says so, and why: kept in the audit log. */
  who: string;
  why: string;
}

export interface OverrideForecastOutcome {
  job: string;
  /** false: the same was said before, or there was nothing to take back. */
  changed: boolean;
}

/** Lets a person say something of a job in the forecast, beside what the model says. */
export async function overrideForecast(input: OverrideForecastInput): Promise<OverrideForecastOutcome> {
  requireInput('overrideForecast', input, { jobId: 'number', who: 'text', why: 'text' });
  const { workflowId } = workflowInfo();
  const outcome = await control.overrideForecast({ ...input, workflowId });
  const said = input.override === null ? 'withdrawn' : 'overridden';
  upsertSearchAttributes([{ key: outcomeKey, value: outcome.changed ? said : 'unchanged' }]);
  setCurrentDetails(`The forecast of ${outcome.job}: ${said} by ${input.who}: ${input.why}`);
  return outcome;
}
