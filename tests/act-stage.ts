import type { Dependencies } from '../activities/dependencies.ts';
import { createActivities } from '../activities/index.ts';
import type { RunningApi } from '../api/server.ts';
import type { Config } from '../config.ts';
import { type ActivityStage, openActivityStage } from './activity-stage.ts';
import { startTestApi } from './api.ts';
import { openWorkflowStage, type WorkflowStage } from './workflow-stage.ts';

export interface ActStage {
  stage: ActivityStage;
  temporal: WorkflowStage;
  api: RunningApi;
  /** Runs workers with the real activities, some of whose parts are others, for as long as `work` takes. */
  withWorker<T>(work: () => Promise<T>, overrides?: Partial<Dependencies>): Promise<T>;
  close(): Promise<void>;
}

/** All that an act of a person goes through: the API, workflows on a server of their own, activities and the database. */
export async function openActStage(
  settings: Pick<Partial<Config>, 'apiToken' | 'linkKey'> = {},
): Promise<ActStage> {
  const [stage, temporal] = await Promise.all([
    openActivityStage({ time: 'wall', linkKey: settings.linkKey ?? null }),
    openWorkflowStage(),
  ]);
  const { readerUrl } = stage.database;
  const api = await startTestApi({ databaseUrl: readerUrl, temporalAddress: temporal.address, ...settings });
  return {
    stage,
    temporal,
    api,
    withWorker: (work, overrides = {}) =>
      temporal.withActivities(createActivities({ ...stage.dependencies, ...overrides }), work),
    async close() {
      await api.close();
      await Promise.all([stage.close(), temporal.close()]);
    },
  };
}
