import { switchAlias, versionOfAlias } from '../db/model-aliases.ts';
import { announceChange, withTransaction } from '../db/pool.ts';
import { chooseChallenger } from '../models/forecast/index.ts';
import type { Dependencies } from './dependencies.ts';
import { registerModel, type TrainingRun } from './register-model.ts';
import { type ContestantReference, readReport, trainedOf } from './train-contestant.ts';

/** Chooses the best contestant of a training, registers it and gives it the alias `challenger`. */
export function createRegisterChallenger(dependencies: Dependencies) {
  const { pool, objectStore } = dependencies;
  return async function registerChallenger(
    input: TrainingRun & { contestants: ContestantReference[]; workflowId: string },
  ): Promise<{ version: number; kind: string }> {
    const { model, workflowId } = input;
    const trained = trainedOf(input.contestants);
    const reports = await Promise.all(trained.map((contestant) => readReport(objectStore, contestant)));
    const kind = chooseChallenger(reports);
    const version = await registerModel(
      dependencies,
      input,
      trained.find((contestant) => contestant.kind === kind)!,
    );
    await withTransaction(pool, async (client) => {
      const fromVersion = await versionOfAlias(client, model, 'challenger');
      const why = `best of ${trained.length} contestants on the test windows`;
      await switchAlias(client, {
        model,
        alias: 'challenger',
        fromVersion,
        toVersion: version,
        who: 'retrain',
        why,
        workflowId,
      });
      await announceChange(client, 'models');
    });
    return { version, kind };
  };
}
