import { saveGateVerdict } from '../../db/forecast/gate-verdicts.ts';
import { versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { findModelVersion, type RegisteredModelVersion } from '../../db/forecast/model-versions.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import {
  decodeTestPredictions,
  GATE_THRESHOLDS,
  type GateDecision,
  type GateThresholds,
  isBaseRate,
  type TestedContestant,
  type TrainingToJudge,
} from '../../models/forecast/index.ts';
import { BUCKETS } from '../../services/object-store.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { registerModel, type TrainingRun } from './register-model.ts';
import { findServingModel, UnknownModelVersion } from './serving-model.ts';
import { type ContestantReference, type TrainedReference, trainedOf } from './train-contestant.ts';

export { UnknownModelVersion };

export interface Judgement {
  verdict: 'promote' | 'keep' | 'undecided';
  /** The version that may become champion: the challenger, or a base rate as the first champion; null: none. */
  promoteVersion: number | null;
  /** The checks in words. */
  summary: string;
}

/**
 * Lets the gate compare the challenger with the base rates and the champion on the same later windows, and look at
 * what it was trained on. It asks what was in force when the data was frozen: `gate` of the frozen snapshot.
 */
export function createJudgeChallenger(dependencies: Dependencies) {
  const { pool, objectStore, modelThread, language } = dependencies;

  return async function judgeChallenger(
    input: TrainingRun & {
      version: number;
      contestants: ContestantReference[];
      /** Left out by trainings from before there was a choice. */
      gate?: GateThresholds;
    },
  ): Promise<Judgement> {
    return withHeartbeat(async (signal) => {
      const { model, version } = input;
      const trained = trainedOf(input.contestants);
      const { kind } = await requireVersion(model, version);
      const championVersion = await versionOfAlias(pool, model, 'champion');
      if (championVersion === version) {
        return {
          verdict: 'keep',
          promoteVersion: null,
          summary: `version ${version} is the champion already`,
        };
      }
      const registered = trained.find((contestant) => contestant.kind === kind)!;
      const challenger = {
        ...(await tested(registered)),
        artifact: await objectStore.get(BUCKETS.training, registered.artifact),
      };
      // What would be replaced is what serves: a champion that cannot be used forecasts nothing.
      const serving =
        championVersion === null
          ? null
          : (await findServingModel(dependencies, model, championVersion)).model;
      // It was tested on older windows: the gate asks what it would have said of these.
      const champion: TrainingToJudge['champion'] = serving && {
        kind: serving.manifest.kind as TestedContestant['kind'],
        artifact: serving.artifact,
      };
      const rates = trained.filter((contestant) => isBaseRate(contestant.kind));
      const baseRates = await Promise.all(rates.map(tested));
      const frozen = await objectStore.get(BUCKETS.training, input.snapshot);
      const thresholds = input.gate ?? GATE_THRESHOLDS;
      const training = { challenger, champion, baseRates, thresholds };
      const decision = await modelThread.judgeTraining(frozen, training, signal);

      const promoted = trained.find((contestant) => contestant.kind === decision.promote);
      const promoteVersion =
        promoted === undefined ? null : await registerModel(dependencies, input, promoted);
      // When a base rate serves first, the challenger itself is not promoted.
      const verdictOn = (judged: number) =>
        promoteVersion !== null && judged !== promoteVersion ? 'keep' : decision.verdict;
      await withTransaction(pool, async (client) => {
        for (const judged of new Set([version, promoteVersion ?? version])) {
          await saveGateVerdict(client, {
            model,
            challengerVersion: judged,
            championVersion: championVersion ?? 0,
            verdict: verdictOn(judged),
            checks: decision.checks,
          });
        }
        await announceChange(client, 'models');
      });
      return { verdict: verdictOn(version), promoteVersion, summary: summaryOf(decision) };
    });
  };

  async function requireVersion(model: string, version: number): Promise<RegisteredModelVersion> {
    const found = await findModelVersion(pool, model, version);
    if (found === null) throw new UnknownModelVersion(`${model}/${version} is not registered`);
    return found;
  }

  async function tested(contestant: TrainedReference): Promise<TestedContestant> {
    const bytes = await objectStore.get(BUCKETS.training, contestant.predictions);
    return { kind: contestant.kind, predictions: decodeTestPredictions(bytes) };
  }

  function summaryOf(decision: GateDecision): string {
    return decision.checks
      .map(
        ({ passed, explanation }) =>
          `${passed === true ? '✓' : passed === false ? '✗' : '?'} ${explanation[language]}`,
      )
      .join('\n');
  }
}
