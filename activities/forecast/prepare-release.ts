import { estateMoment } from '../../db/estate-clock.ts';
import { loadSnapshot } from '../../db/forecast/load-snapshot.ts';
import { forecastCutoff } from '../../models/forecast/forecast-cutoff.ts';
import { encodeSnapshot } from '../../models/forecast/index.ts';
import { biggestMoves, type Move } from '../../models/promotion/biggest-moves.ts';
import { isUnusableModel } from '../../services/model-registry.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { readVersion } from './serving-model.ts';

/**
 * What the release note of a promotion needs: the jobs whose forecast would change most, were both versions to forecast
 * now. A version that cannot be read or scored fails here, before it serves; one that is to go need not work any more.
 */
export function createPrepareRelease(dependencies: Dependencies) {
  const { pool, modelThread, time, now } = dependencies;
  return async function prepareRelease(input: {
    model: string;
    version: number;
    fromVersion: number | null;
  }): Promise<{ moves: Move[] }> {
    const { model, version, fromVersion } = input;
    return withHeartbeat(async (signal) => {
      const asOf = await estateMoment(pool, time, now());
      const known = await loadSnapshot(pool, new Date(forecastCutoff(asOf.getTime())), time);
      const snapshot = encodeSnapshot(known);
      const weeksOf = async (of: number) => {
        const { artifact } = await readVersion(dependencies, model, of);
        if (known.histories.length === 0) return [];
        return (await modelThread.scoreForecast(artifact, snapshot, signal)).weeks;
      };
      const after = await weeksOf(version);
      const before = fromVersion === null ? [] : await weeksOf(fromVersion).catch(unreadable);
      const names = new Map(known.histories.map(({ jobId, job }) => [jobId, job]));
      return { moves: biggestMoves(before, after, (jobId) => names.get(jobId)) };
    });
  };
}

/** What is lost, wrong or vouched for by nobody stays so; an outage is to be waited for. */
function unreadable(error: unknown): [] {
  if (isUnusableModel(error)) return [];
  throw error;
}
