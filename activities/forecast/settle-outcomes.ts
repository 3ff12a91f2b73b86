import { settleOutcomes } from '../../db/forecast/forecast-outcomes.ts';
import { withTransaction } from '../../db/pool.ts';
import type { Dependencies } from '../dependencies.ts';

/** Enters what became of the forecasts whose week is over, and corrects it for logs that came late. */
export function createSettleOutcomes({ pool }: Dependencies) {
  return async function settleForecastOutcomes(input: {
    asOf: string;
  }): Promise<{ forecasts: number; changed: number }> {
    return withTransaction(pool, (client) => settleOutcomes(client, new Date(input.asOf)));
  };
}
