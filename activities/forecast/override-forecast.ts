import { estateMoment } from '../../db/estate-clock.ts';
import { findNamedJob } from '../../db/find-job.ts';
import { saveForecastOverride } from '../../db/forecast/forecast-overrides.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { overrideRefusal } from '../../models/promotion/override-refusal.ts';
import type { Dependencies } from '../dependencies.ts';
import { UnknownJob } from '../detect/plan-rerun.ts';
import { InvalidInput } from '../resolve-as-of.ts';

/** Keeps what a person says of a job in the forecast, or takes it back, with an audit line. Twice is once. */
export function createOverrideForecast({ pool, time, now }: Dependencies) {
  return async function overrideForecast(input: {
    jobId: number;
    override: { probability: number | null; until: string } | null;
    who: string;
    why: string;
    workflowId: string;
  }): Promise<{ job: string; changed: boolean }> {
    const { jobId, who, why, workflowId } = input;
    return withTransaction(pool, async (client) => {
      const job = await findNamedJob(client, jobId);
      if (job === null) throw new UnknownJob(`there is no job ${jobId}`);
      const asOf = await estateMoment(client, time, now());
      const refused = input.override && overrideRefusal(input.override, asOf.getTime());
      if (refused) throw new InvalidInput(refused);
      const override = input.override && {
        probability: input.override.probability,
        until: new Date(input.override.until),
      };
      const change = { override, who, why, asOf, workflowId };
      const changed = await saveForecastOverride(client, job, change);
      if (changed) await announceChange(client, 'forecast');
      return { job: `${job.namespace}/${job.job}`, changed };
    });
  };
}
