/** All workflows, by the type names the Temporal UI shows. */
export { challengeImported } from './challenge-imported.ts';
export { collect } from './collect.ts';
export { collectEvents } from './collect-events.ts';
export { deliver, testChannel } from './deliver.ts';
export { detect } from './detect.ts';
export { eraseOwner } from './erase-owner.ts';
export { forecastWeek } from './forecast-week.ts';
export { incident } from './incident.ts';
export { ingestFiles } from './ingest-files.ts';
export { learn } from './learn.ts';
export { decide, promoteModel } from './promote-model.ts';
export { pulse } from './pulse.ts';
export { rebuild } from './rebuild.ts';
export { releaseSource } from './release-source.ts';
export { replayQuarantine } from './replay-quarantine.ts';
export { markDone, rerun, runsKnown } from './rerun.ts';
export { retention } from './retention.ts';
export { retrain } from './retrain.ts';
