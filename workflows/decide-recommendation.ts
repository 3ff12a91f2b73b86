import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { RecommendationState } from '../models/report/recommendation.ts';
import { control } from './calls.ts';
import { requireInput } from './input.ts';
import { outcomeKey } from './search-attributes.ts';

export interface DecideRecommendationInput {
  period: string;
  /** Names the recommendation in every period. */
  key: string;
  state: RecommendationState;
  /** Who decides, and why: kept in the audit log. */
  who: string;
  why: string;
}

export interface DecideRecommendationOutcome {
  before: RecommendationState;
  after: RecommendationState;
}

/** Enters what a person decided about a recommendation of a report. */
export async function decideRecommendation(
  input: DecideRecommendationInput,
): Promise<DecideRecommendationOutcome> {
  requireInput('decideRecommendation', input, {
    ...{ period: 'text', key: 'text', state: 'text', who: 'text', why: 'text' },
  });
  const { period, key, state, who, why } = input;
  const { workflowId } = workflowInfo();
  const { before } = await control.decideRecommendation({ period, key, state, who, why, workflowId });
  upsertSearchAttributes([{ key: outcomeKey, value: state }]);
  return { before, after: state };
}
