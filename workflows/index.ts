/** All workflows, by the type names the Temporal UI shows. */
import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import { collectEvents } from './collect-events.ts';
import { deliver } from './deliver.ts';
import { incident } from './incident.ts';
import { promoteModel } from './promote-model.ts';
import { rerun } from './rerun.ts';
import { trialModel } from './trial-model.ts';

export { challengeImported } from './challenge-imported.ts';
export { collect } from './collect.ts';
export { collectEvents } from './collect-events.ts';
export { decideRecommendation } from './decide-recommendation.ts';
export { deliver, testChannel } from './deliver.ts';
export { detect } from './detect.ts';
export { eraseOwner } from './erase-owner.ts';
export { forecastWeek } from './forecast-week.ts';
export { incident } from './incident.ts';
export { ingestFiles } from './ingest-files.ts';
export { learn } from './learn.ts';
export { monitorModel } from './monitor-model.ts';
export { overrideForecast } from './override-forecast.ts';
export { predict } from './predict.ts';
export { decide, promoteModel } from './promote-model.ts';
export { pulse } from './pulse.ts';
export { rebuild } from './rebuild.ts';
export { releaseSource } from './release-source.ts';
export { replayQuarantine } from './replay-quarantine.ts';
export { report } from './report.ts';
export { markDone, rerun, runsKnown } from './rerun.ts';
export { retention } from './retention.ts';
export { retrain } from './retrain.ts';
export { rollbackModel } from './rollback-model.ts';
export { tagModel } from './tag-model.ts';
export { lookAgain, trialModel } from './trial-model.ts';

/**
 * These wait for people, for jobs or for a receiver that is away: for days, longer than old workers should. They go on
 * under the newest build, so their changes need `patched`. All others end on the build they began on.
 */
for (const lasting of [collectEvents, deliver, incident, promoteModel, rerun, trialModel]) {
  setWorkflowOptions(
    // A worker that tells of no build may not say what becomes of one.
    () =>
      workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'AUTO_UPGRADE' } : {},
    lasting as () => Promise<unknown>,
  );
}
