import { loadSnapshot } from '../db/load-snapshot.ts';
import { findModelVersion } from '../db/model-versions.ts';
import { withTransaction } from '../db/pool.ts';
import { countPredictions, type JobPrediction, savePredictions } from '../db/predictions.ts';
import { encodeSnapshot, type Forecast } from '../models/forecast/index.ts';
import { BUCKETS } from '../services/object-store.ts';
import type { Dependencies } from './dependencies.ts';
import { withHeartbeat } from './heartbeat.ts';
import { UnknownModelVersion } from './judge-challenger.ts';

export interface PredictionsInput {
  model: string;
  version: number;
  /** A full hour; ISO 8601. */
  cutoff: string;
}

/**
 * Lets a version of a model say of every candidate what it says in the week after a cutoff, for whoever asks in between
 * the weekly forecasts. Nobody is told of it. What was said of a cutoff stays.
 */
export function createMakePredictions({ pool, objectStore, modelThread, time }: Dependencies) {
  return async function makePredictions(input: PredictionsInput): Promise<{ candidates: number }> {
    const { model, version } = input;
    const cutoff = new Date(input.cutoff);
    const key = { cutoff, model, modelVersion: version };
    const known = await countPredictions(pool, key);
    if (known !== null) return { candidates: known };
    return withHeartbeat(async (signal) => {
      const found = await findModelVersion(pool, model, version);
      if (found === null) throw new UnknownModelVersion(`there is no version ${version} of ${model}`);
      const artifact = await objectStore.get(BUCKETS.models, found.artifactSha256);
      const snapshot = await loadSnapshot(pool, cutoff, time);
      const jobs = jobsOf(await modelThread.scoreForecast(artifact, encodeSnapshot(snapshot), signal));
      await withTransaction(pool, (client) => savePredictions(client, key, jobs));
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
