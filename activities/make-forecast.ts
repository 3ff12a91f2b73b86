import { Context } from '@temporalio/activity';
import { findForecast, saveForecast } from '../db/forecasts.ts';
import { loadSnapshot } from '../db/load-snapshot.ts';
import { versionOfAlias } from '../db/model-aliases.ts';
import { findModelVersion } from '../db/model-versions.ts';
import { announceChange, withTransaction } from '../db/pool.ts';
import { forecastReadyMessage } from '../models/alerts/forecast-message.ts';
import { forecastCutoff } from '../models/forecast/forecast-cutoff.ts';
import { encodeSnapshot } from '../models/forecast/index.ts';
import { BUCKETS } from '../services/object-store.ts';
import type { Dependencies } from './dependencies.ts';
import { NoCandidates } from './freeze-snapshot.ts';
import { withHeartbeat } from './heartbeat.ts';
import { tellMessage } from './tell-message.ts';

/** No model serves yet. */
export class NoChampion extends Error {
  override name = 'NoChampion';
}

export interface MadeForecast {
  cutoff: string;
  candidates: number;
  modelVersion: number;
  made: boolean;
}

/**
 * Lets the champion forecast the week after the hour of `asOf`, stores all rows and the message about them in one
 * transaction. A cutoff that has its forecast keeps it.
 */
export function createMakeForecast({ pool, objectStore, modelThread, alerts, pageUrl, time }: Dependencies) {
  return async function makeForecast(input: { model: string; asOf: string }): Promise<MadeForecast> {
    const cutoff = new Date(forecastCutoff(new Date(input.asOf).getTime()));
    const known = await findForecast(pool, cutoff);
    if (known !== null) return answer(known, false);
    return withHeartbeat(async (signal) => {
      const version = await versionOfAlias(pool, input.model, 'champion');
      if (version === null)
        throw new NoChampion(`no version of ${input.model} serves yet: run retrain first`);
      const champion = (await findModelVersion(pool, input.model, version))!;
      const artifact = await objectStore.get(BUCKETS.models, champion.artifactSha256);
      const snapshot = await loadSnapshot(pool, cutoff, time);
      const scored = await modelThread.scoreForecast(artifact, encodeSnapshot(snapshot), signal);
      if (scored.candidates === 0) {
        throw new NoCandidates(
          `no job ran in the 7 days before ${cutoff.toISOString()}: nothing to forecast`,
        );
      }
      const forecast = {
        cutoff,
        model: input.model,
        modelVersion: version,
        candidates: scored.candidates,
        workflowId: Context.current().info.workflowExecution!.workflowId,
      };
      const nameOf = new Map(snapshot.histories.map((history) => [history.jobId, history.job]));
      const lines = scored.weeks
        .toSorted((a, b) => a.rank - b.rank)
        .map((week) => ({ ...week, job: nameOf.get(week.jobId)! }));
      const made = await withTransaction(pool, async (client) => {
        const saved = await saveForecast(client, forecast, scored.days, scored.weeks);
        if (!saved) return false;
        await tellMessage(client, alerts, {
          kind: 'forecast-ready',
          topic: 'forecast',
          told: cutoff.toISOString(),
          message: (language) =>
            forecastReadyMessage(cutoff.getTime(), version, lines, language, `${pageUrl}/week`),
          asOf: new Date(input.asOf),
        });
        await announceChange(client, 'forecast');
        return true;
      });
      // Another attempt may have been faster: then its forecast stands.
      return answer((await findForecast(pool, cutoff))!, made);
    });
  };
}

const answer = (
  forecast: { cutoff: Date; candidates: number; modelVersion: number },
  made: boolean,
): MadeForecast => ({
  cutoff: forecast.cutoff.toISOString(),
  candidates: forecast.candidates,
  modelVersion: forecast.modelVersion,
  made,
});
