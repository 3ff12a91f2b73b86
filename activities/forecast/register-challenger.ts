import { switchAlias, versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { type ContestantEntry, saveContestants } from '../../db/forecast/model-contestants.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { chooseChallenger, type TrainingReport } from '../../models/forecast/index.ts';
import type { Dependencies } from '../dependencies.ts';
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
    const reports = await Promise.all(trained.map((contestant) => readReport(objectStore, contestant)));
    const brought = trained.find((contestant) => contestant.imported !== undefined);
    const chosen = brought ?? bestOf(trained, reports);
    const { kind, imported } = chosen;
    const version = await registerModel(dependencies, input, chosen);
    await withTransaction(pool, async (client) => {
      await saveContestants(
        client,
        input,
        input.contestants.map((contestant) => entryOf(contestant, reports)),
      );
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
}

function bestOf(trained: TrainedReference[], reports: TrainingReport[]): TrainedReference {
  const kind = chooseChallenger(reports);
  return trained.find((contestant) => contestant.kind === kind)!;
}

function entryOf(contestant: ContestantReference, reports: readonly TrainingReport[]): ContestantEntry {
  const { kind, outcome } = contestant;
  if (outcome !== 'trained') return { kind, outcome, reason: contestant.reason };
  const { artifact, predictions, report, fitMs, peakMemoryBytes } = contestant;
  const { week, day } = reports.find((one) => one.kind === kind)!;
  const metrics = { week: week.test, day: day.test };
  return { kind, outcome, artifact, predictions, report, fitMs, peakMemoryBytes, metrics };
}
