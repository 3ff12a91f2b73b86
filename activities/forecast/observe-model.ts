import { Context } from '@temporalio/activity';
import {
  cutoffsWithoutRates,
  type ForecastWindow,
  lastCutoffs,
  readWindows,
  saveBaseRates,
} from '../../db/forecast/forecast-windows.ts';
import { loadSnapshot } from '../../db/forecast/load-snapshot.ts';
import { versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { findCheck, saveCheck } from '../../db/forecast/model-checks.ts';
import { saveQuality } from '../../db/forecast/model-quality.ts';
import { findModelVersion } from '../../db/forecast/model-versions.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { forecastCutoff } from '../../models/forecast/forecast-cutoff.ts';
import { encodeSnapshot } from '../../models/forecast/index.ts';
import { estimateQuality } from '../../models/monitoring/estimate-quality.ts';
import { type Evidence, judgeModel, type ModelState } from '../../models/monitoring/judge-model.ts';
import { measureQuality } from '../../models/monitoring/measure-quality.ts';
import type { ModelObservation } from '../../models/monitoring/observe-model.ts';
import { outcomeRows, servedWindows, sliceWindows } from '../../models/monitoring/slice-windows.ts';
import { BUCKETS } from '../../services/object-store.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { requireServingModel, type ServingModel } from './serving-model.ts';

export interface ModelLook {
  cutoff: string;
  /** Null: no version serves yet. */
  version: number | null;
  state: ModelState;
  features: number;
  drifted: number;
  /** What moved, in words. */
  summary: string;
  /** False: this hour had its look already, which stands. */
  made: boolean;
}

/** Forecasts whose quality is worked out again until they are settled, a quarter of a year. */
const FORECASTS = 13;

/**
 * Looks at the champion: the data of this hour beside those it was trained on, what it says now beside what it said in
 * its test, what became of its forecasts beside base rates. All of it is stored; a second look in the same hour changes
 * nothing.
 */
export function createObserveModel(dependencies: Dependencies) {
  const { pool, objectStore, modelThread, time, language, monitoring } = dependencies;

  return async function observeModel(input: { model: string; asOf: string }): Promise<ModelLook> {
    const { model } = input;
    const asOf = new Date(input.asOf);
    const cutoff = new Date(forecastCutoff(asOf.getTime()));
    return withHeartbeat(async (signal) => {
      const version = await versionOfAlias(pool, model, 'champion');
      if (version === null) return nobody(cutoff);
      if ((await findCheck(pool, model, cutoff)) === null) {
        // What forecasts is looked at: the version before, while the champion cannot be used.
        const serving = await requireServingModel(dependencies, model, version, asOf);
        await look(model, serving, { asOf, cutoff }, signal);
      }
      // Another attempt may have been faster: then its look stands.
      return answer(model, cutoff);
    });
  };

  async function look(
    model: string,
    { version, artifact, manifest }: ServingModel,
    { asOf, cutoff }: { asOf: Date; cutoff: Date },
    signal: AbortSignal,
  ): Promise<void> {
    const champion = (await findModelVersion(pool, model, version))!;
    const past = await lastCutoffs(pool, { model, asOf, forecasts: FORECASTS });
    const unrated = await cutoffsWithoutRates(pool, { model, asOf, forecasts: FORECASTS + 1 });
    const observed = await modelThread.observeModel(
      {
        artifact,
        training: await objectStore.get(BUCKETS.training, champion.snapshotSha256),
        test: await testPredictions(manifest),
        now: encodeSnapshot(await loadSnapshot(pool, cutoff, time)),
        cutoffs: unrated.map((one) => one.getTime()),
        limits: monitoring,
      },
      signal,
    );
    await withTransaction(pool, async (client) => {
      for (const rates of observed.baseRates) await saveBaseRates(client, rates);
      const windows = await readWindows(
        client,
        past.map((one) => one.cutoff),
      );
      const recent = past.slice(0, monitoring.weeks).map((one) => one.cutoff.getTime());
      const inRecent = windows.filter((window) => recent.includes(window.cutoff.getTime()));
      const judged = judgeModel(evidenceOf(observed, { windows, inRecent, version }), monitoring);
      const check = {
        ...{ ...judged, cutoff, model, version, asOf, referenceCutoff: champion.cutoff },
        psiLimit: monitoring.psi,
        workflowId: Context.current().info.workflowExecution!.workflowId,
      };
      if (!(await saveCheck(client, check, [...observed.features, observed.scores]))) return;
      for (const one of past.filter(({ isMeasured }) => !isMeasured)) {
        const ofForecast = windows.filter((window) => window.cutoff.getTime() === one.cutoff.getTime());
        if (ofForecast.length === 0) continue;
        const made = { cutoff: one.cutoff, model, version: ofForecast[0]!.modelVersion };
        const parts = [
          ['all', ofForecast],
          ['onset', ofForecast.filter(({ isOnset }) => isOnset === true)],
        ] as const;
        for (const [slice, rows] of parts) {
          const quality = measureQuality(outcomeRows(rows));
          await saveQuality(client, { ...made, basis: 'realised', slice, quality });
        }
      }
      const newest = past[0];
      if (newest !== undefined) {
        for (const [slice, rows] of sliceWindows(inRecent)) {
          const quality = measureQuality(outcomeRows(rows));
          const of = { cutoff: newest.cutoff, model, version: inRecent[0]!.modelVersion };
          await saveQuality(client, { ...of, basis: 'realised', slice, quality });
        }
      }
      const quality = estimateQuality(observed.probability);
      await saveQuality(client, { cutoff, model, version, basis: 'estimated', slice: 'all', quality });
      await announceChange(client, 'models');
    });
  }

  /** Versions that were registered before their test was kept have none. */
  async function testPredictions(manifest: ServingModel['manifest']): Promise<Uint8Array | null> {
    const key = (manifest.testPredictions as { sha256: string } | undefined)?.sha256;
    return key === undefined ? null : objectStore.get(BUCKETS.training, key);
  }

  async function answer(model: string, cutoff: Date): Promise<ModelLook> {
    const check = (await findCheck(pool, model, cutoff))!;
    const { workflowId } = Context.current().info.workflowExecution!;
    const told = check.signs.filter(({ found }) => found !== false);
    return {
      cutoff: cutoff.toISOString(),
      version: check.version,
      state: check.state,
      features: check.features,
      drifted: check.drifted,
      summary: told
        .map(({ words }) => words[language])
        .join('\n')
        .slice(0, 4_000),
      made: check.workflowId === workflowId,
    };
  }
}

const nobody = (cutoff: Date): ModelLook => ({
  cutoff: cutoff.toISOString(),
  ...{ version: null, state: 'not-enough-data', features: 0, drifted: 0, summary: '', made: false },
});

function evidenceOf(
  { features, scores, test }: ModelObservation,
  of: { windows: readonly ForecastWindow[]; inRecent: readonly ForecastWindow[]; version: number },
): Evidence {
  const ofThis = (windows: readonly ForecastWindow[]) =>
    servedWindows(windows.filter(({ modelVersion }) => modelVersion === of.version));
  const [served, shown, recent] = [ofThis(of.inRecent), ofThis(of.windows), servedWindows(of.inRecent)];
  return { features, scores, test, served, shown, recent };
}
