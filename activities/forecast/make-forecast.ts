import { Context } from '@temporalio/activity';
import { readForecastOverrides } from '../../db/forecast/forecast-overrides.ts';
import { saveWatchList } from '../../db/forecast/forecast-watch.ts';
import { findForecast, saveForecast } from '../../db/forecast/forecasts.ts';
import { loadSnapshot } from '../../db/forecast/load-snapshot.ts';
import { versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { forecastReadyMessage } from '../../models/alerts/forecast-message.ts';
import { forecastCutoff } from '../../models/forecast/forecast-cutoff.ts';
import { encodeSnapshot } from '../../models/forecast/index.ts';
import { watchList } from '../../models/forecast/watch-list.ts';
import { tellMessage } from '../alerts/tell-message.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { NoCandidates } from './freeze-snapshot.ts';
import { requireServingModel } from './serving-model.ts';

/** No model serves yet. */
export class NoChampion extends Error {
  override name = 'NoChampion';
}

export interface MadeForecast {
  cutoff: string;
  candidates: number;
  modelVersion: number;
  made: boolean;
  /** The champion, where it could not be used and another version made it; left out: the champion made it. */
  insteadOf?: number;
}

/**
 * Lets the champion forecast the week after the hour of `asOf`, stores all rows and the message about them in one
 * transaction. A cutoff that has its forecast keeps it.
 */
export function createMakeForecast(dependencies: Dependencies) {
  const { pool, modelThread, alerts, pageUrl, time } = dependencies;
  return async function makeForecast(input: { model: string; asOf: string }): Promise<MadeForecast> {
    const cutoff = new Date(forecastCutoff(new Date(input.asOf).getTime()));
    const known = await findForecast(pool, cutoff);
    if (known !== null) return answer(known, false);
    return withHeartbeat(async (signal) => {
      const championVersion = await versionOfAlias(pool, input.model, 'champion');
      if (championVersion === null)
        throw new NoChampion(`no version of ${input.model} serves yet: run retrain first`);
      const { version, artifact } = await requireServingModel(
        dependencies,
        input.model,
        championVersion,
        new Date(input.asOf),
      );
      const insteadOf = version === championVersion ? null : championVersion;
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
        insteadOf,
        candidates: scored.candidates,
        workflowId: Context.current().info.workflowExecution!.workflowId,
      };
      const nameOf = new Map(snapshot.histories.map((history) => [history.jobId, history.job]));
      const overrides = await readForecastOverrides(pool, new Date(input.asOf));
      const lines = scored.weeks
        .toSorted((a, b) => a.rank - b.rank)
        .map((week) => ({
          ...week,
          job: nameOf.get(week.jobId)!,
          override: overrides.get(week.jobId) ?? null,
        }));
      const watched = watchList(scored.days);
      const watch = {
        ...watched,
        items: watched.items.map((item) => ({ ...item, job: nameOf.get(item.jobId)! })),
      };
      const made = await withTransaction(pool, async (client) => {
        const saved = await saveForecast(client, forecast, scored.days, scored.weeks);
        if (!saved) return false;
        await saveWatchList(client, cutoff, watch.items);
        await tellMessage(client, alerts, {
          kind: 'forecast-ready',
          topic: 'forecast',
          told: cutoff.toISOString(),
          message: (language) =>
            forecastReadyMessage(
              cutoff.getTime(),
              version,
              { jobs: lines, watch },
              language,
              `${pageUrl}/week`,
              insteadOf,
            ),
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
  forecast: { cutoff: Date; candidates: number; modelVersion: number; insteadOf: number | null },
  made: boolean,
): MadeForecast => ({
  cutoff: forecast.cutoff.toISOString(),
  candidates: forecast.candidates,
  modelVersion: forecast.modelVersion,
  made,
  ...(forecast.insteadOf !== null && { insteadOf: forecast.insteadOf }),
});
