import { switchAlias, versionOfAlias } from '../db/model-aliases.ts';
import { announceChange, withTransaction } from '../db/pool.ts';
import { chooseChallenger } from '../models/forecast/index.ts';
import type { Dependencies } from './dependencies.ts';
import { registerModel, type TrainingRun } from './register-model.ts';
import {
  type ContestantReference,
  readReport,
  type TrainedReference,
  trainedOf,
} from './train-contestant.ts';

/**
 * Chooses the best contestant of a training, registers it and gives it the alias `challenger`. Where a model trained
 * elsewhere was brought before the gate, it is that one, however the base rates beside it did.
 */
export function createRegisterChallenger(dependencies: Dependencies) {
  const { pool, objectStore } = dependencies;
  return async function registerChallenger(
    input: TrainingRun & { contestants: ContestantReference[]; workflowId: string },
  ): Promise<{ version: number; kind: string }> {
    const { model, workflowId } = input;
    const trained = trainedOf(input.contestants);
    const brought = trained.find((contestant) => contestant.imported !== undefined);
    const chosen = brought ?? (await bestOf(trained));
    const { kind, imported } = chosen;
    const version = await registerModel(dependencies, input, chosen);
    await withTransaction(pool, async (client) => {
      const fromVersion = await versionOfAlias(client, model, 'challenger');
      const why =
        imported === undefined
          ? `best of ${trained.length} contestants on the test windows`
          : `trained elsewhere: "${imported.name}"`;
      await switchAlias(client, {
        model,
        alias: 'challenger',
        fromVersion,
        toVersion: version,
        who: imported?.who ?? 'retrain',
        why,
        workflowId,
      });
      await announceChange(client, 'models');
    });
    return { version, kind };
  };

  async function bestOf(trained: TrainedReference[]): Promise<TrainedReference> {
    const reports = await Promise.all(trained.map((contestant) => readReport(objectStore, contestant)));
    const kind = chooseChallenger(reports);
    return trained.find((contestant) => contestant.kind === kind)!;
  }
}
