import { estateMoment } from '../../db/estate-clock.ts';
import { loadSnapshot } from '../../db/forecast/load-snapshot.ts';
import { countPredictions, type JobPrediction, savePredictions } from '../../db/forecast/predictions.ts';
import { withTransaction } from '../../db/pool.ts';
import { encodeSnapshot, type Forecast } from '../../models/forecast/index.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { requireServingModel } from './serving-model.ts';

export interface PredictionsInput {
  model: string;
  version: number;
  /** A full hour; ISO 8601. */
  cutoff: string;
}

/**
 * Lets a version of a model, or what serves where that cannot be used, say of every candidate what it says in the week after a cutoff, for whoever asks in between
 * the weekly forecasts. Nobody is told of it. What was said of a cutoff stays.
 */
export function createMakePredictions(dependencies: Dependencies) {
  const { pool, modelThread, time, now } = dependencies;
  return async function makePredictions(input: PredictionsInput): Promise<{ candidates: number }> {
    const { model, version } = input;
    const cutoff = new Date(input.cutoff);
    const key = { cutoff, model, modelVersion: version };
    const known = await countPredictions(pool, key);
    if (known !== null) return { candidates: known };
    return withHeartbeat(async (signal) => {
      const at = await estateMoment(pool, time, now());
      const { artifact, version: madeBy } = await requireServingModel(dependencies, model, version, at);
      const snapshot = await loadSnapshot(pool, cutoff, time);
      const jobs = jobsOf(await modelThread.scoreForecast(artifact, encodeSnapshot(snapshot), signal));
      await withTransaction(pool, (client) => savePredictions(client, { ...key, madeBy }, jobs));
      // Another attempt may have been faster: then its predictions stand.
      return { candidates: (await countPredictions(pool, key)) ?? jobs.length };
    });
  };
}

function jobsOf({ weeks, days }: Forecast): JobPrediction[] {
  const ofJob = Map.groupBy(days, ({ jobId }) => jobId);
  return weeks.map((week) => ({
    ...week,
    days: (ofJob.get(week.jobId) ?? []).map(({ horizonDay, probability, interval, reasons }) => ({
      ...{ horizonDay, probability, interval, reasons },
    })),
  }));
}
