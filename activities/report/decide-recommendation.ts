import { announceChange, withTransaction } from '../../db/pool.ts';
import { decideRecommendation } from '../../db/report/reports.ts';
import { RECOMMENDATION_STATES, type RecommendationState } from '../../models/report/recommendation.ts';
import type { Dependencies } from '../dependencies.ts';
import { InvalidInput } from '../resolve-as-of.ts';

export interface DecideInput {
  period: string;
  key: string;
  state: RecommendationState;
  who: string;
  why: string;
  workflowId: string;
}

/** Enters what a person decided about a recommendation, with its audit line, in one transaction. Twice is once. */
export function createDecideRecommendation({ pool }: Dependencies) {
  return async function decideRecommended(input: DecideInput): Promise<{ before: RecommendationState }> {
    if (!RECOMMENDATION_STATES.includes(input.state)) {
      throw new InvalidInput(`state: expected ${RECOMMENDATION_STATES.join(', ')}, found "${input.state}"`);
    }
    return withTransaction(pool, async (client) => {
      const before = await decideRecommendation(client, input);
      if (before === null) {
        throw new InvalidInput(`report ${input.period} has no recommendation "${input.key.slice(0, 200)}"`);
      }
      await announceChange(client, 'notifications');
      return { before };
    });
  };
}
