import { saveGateVerdict } from '../db/gate-verdicts.ts';
import { versionOfAlias } from '../db/model-aliases.ts';
import { findModelVersion, type RegisteredModelVersion } from '../db/model-versions.ts';
import { announceChange, withTransaction } from '../db/pool.ts';
import {
  decideGate,
  decodeSnapshot,
  decodeTestPredictions,
  type GateDecision,
  gateInput,
  isBaseRate,
  replayChampion,
  type TestedContestant,
} from '../models/forecast/index.ts';
import { BUCKETS } from '../services/object-store.ts';
import type { Dependencies } from './dependencies.ts';
import { withHeartbeat } from './heartbeat.ts';
import { registerModel, type TrainingRun } from './register-model.ts';
import { type ContestantReference, type TrainedReference, trainedOf } from './train-contestant.ts';

/** A workflow names a model version that is not registered. */
export class UnknownModelVersion extends Error {
  override name = 'UnknownModelVersion';
}

export interface Judgement {
  verdict: 'promote' | 'keep' | 'undecided';
  /** The version that may become champion: the challenger, or a base rate as the first champion; null: none. */
  promoteVersion: number | null;
  /** The checks in words. */
  summary: string;
}

/** Lets the gate compare the challenger with the base rates and the champion on the same later windows. */
export function createJudgeChallenger(dependencies: Dependencies) {
  const { pool, objectStore, language } = dependencies;

  return async function judgeChallenger(
    input: TrainingRun & { version: number; contestants: ContestantReference[] },
  ): Promise<Judgement> {
    return withHeartbeat(async () => {
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
      const challenger = await tested(trained.find((contestant) => contestant.kind === kind)!);
      const champion =
        championVersion === null
          ? null
          : await replayed(await requireVersion(model, championVersion), input, challenger);
      const rates = trained.filter((contestant) => isBaseRate(contestant.kind));
      const baseRates = await Promise.all(rates.map(tested));
      const decision = decideGate(gateInput({ challenger, champion, baseRates }));

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

  /** The champion was tested on older windows: what would it have said of these? */
  async function replayed(
    champion: RegisteredModelVersion,
    { snapshot }: TrainingRun,
    challenger: TestedContestant,
  ): Promise<TestedContestant> {
    const [artifact, frozen] = await Promise.all([
      objectStore.get(BUCKETS.models, champion.artifactSha256),
      objectStore.get(BUCKETS.training, snapshot),
    ]);
    const predictions = replayChampion(artifact, decodeSnapshot(frozen), challenger.predictions);
    return { kind: champion.kind as TestedContestant['kind'], predictions };
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
