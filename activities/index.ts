import { createActOnIncident } from './alerts/act-on-incident.ts';
import { createAdvanceIncident } from './alerts/advance-incident.ts';
import { createDeliverNotification, createListPendingNotifications } from './alerts/deliver-notification.ts';
import { createQueueChannelTest } from './alerts/queue-channel-test.ts';
import type { Dependencies } from './dependencies.ts';
import { createDetect } from './detect/detect.ts';
import { createKeepSlots } from './detect/keep-slots.ts';
import { createLearnFollows } from './detect/learn-follows.ts';
import { createLearnProfiles } from './detect/learn-profiles.ts';
import { createPlanRerun } from './detect/plan-rerun.ts';
import {
  createAskRerun,
  createCheckRerun,
  createFinishRerun,
  createGiveUpRerun,
  createMarkRerunDone,
} from './detect/rerun.ts';
import { createSettleExpectations } from './detect/settle-expectations.ts';
import { createAskApproval, createEndApproval } from './forecast/approvals.ts';
import { createFollowModel } from './forecast/follow-model.ts';
import { createFreezeSnapshot } from './forecast/freeze-snapshot.ts';
import { createJudgeChallenger } from './forecast/judge-challenger.ts';
import { createMakeForecast } from './forecast/make-forecast.ts';
import { createMakePredictions } from './forecast/make-predictions.ts';
import { createDropExpiredModels, createFindExpiredModels } from './forecast/model-retention.ts';
import { createObserveModel } from './forecast/observe-model.ts';
import { createOverrideForecast } from './forecast/override-forecast.ts';
import { createPrepareRelease } from './forecast/prepare-release.ts';
import {
  createCheckPromotion,
  createCheckRollback,
  createReadPromotionPolicy,
  createSwitchChampion,
} from './forecast/promotion.ts';
import { createRegisterChallenger } from './forecast/register-challenger.ts';
import { createSettleOutcomes } from './forecast/settle-outcomes.ts';
import { createTagModel } from './forecast/tag-model.ts';
import { createTellScoreCard } from './forecast/tell-score-card.ts';
import { createTestImported } from './forecast/test-imported.ts';
import { createTrainContestant } from './forecast/train-contestant.ts';
import { createBeginTrial, createLookAtTrial, createScoreBeside } from './forecast/trials.ts';
import {
  createDiscoverFiles,
  createListPendingFiles,
  createStoreFiles,
  createStoreOriginals,
} from './load/collect-files.ts';
import { createFinishErasure, createRedactOriginals } from './load/erase-owner.ts';
import { createLoadFile } from './load/load-file.ts';
import { createLoadFiles } from './load/load-files.ts';
import { createPackEvents } from './load/pack-events.ts';
import {
  createBeginRebuild,
  createCompareRebuild,
  createDropRebuild,
  createFinishRebuild,
  createRebuildFiles,
  createRecoverLedger,
} from './load/rebuild.ts';
import { createRefreshQuality } from './load/refresh-quality.ts';
import { createReleaseSource } from './load/release-source.ts';
import { createReplayFiles } from './load/replay-files.ts';
import { createDropExpired, createFindExpired } from './load/retention.ts';
import { createScrapeTargets } from './load/scrape-targets.ts';
import { createDecideRecommendation } from './report/decide-recommendation.ts';
import { createBuildReport, createKeepReport, createPlanReport, createTellReport } from './report/report.ts';
import { createResolveAsOf } from './resolve-as-of.ts';

/** All activities, by the names the Temporal UI shows. */
export function createActivities(dependencies: Dependencies) {
  return {
    resolveAsOf: createResolveAsOf(dependencies),
    storeFiles: createStoreFiles(dependencies),
    scrapeTargets: createScrapeTargets(dependencies),
    discoverFiles: createDiscoverFiles(dependencies),
    storeOriginals: createStoreOriginals(dependencies),
    listPendingFiles: createListPendingFiles(dependencies),
    loadFiles: createLoadFiles(dependencies),
    packEvents: createPackEvents(dependencies),
    loadFile: createLoadFile(dependencies),
    replayFiles: createReplayFiles(dependencies),
    releaseSource: createReleaseSource(dependencies),
    refreshQuality: createRefreshQuality(dependencies),
    redactOriginals: createRedactOriginals(dependencies),
    finishErasure: createFinishErasure(dependencies),
    findExpired: createFindExpired(dependencies),
    dropExpired: createDropExpired(dependencies),
    findExpiredModels: createFindExpiredModels(dependencies),
    dropExpiredModels: createDropExpiredModels(dependencies),
    recoverLedger: createRecoverLedger(dependencies),
    beginRebuild: createBeginRebuild(dependencies),
    rebuildFiles: createRebuildFiles(dependencies),
    compareRebuild: createCompareRebuild(dependencies),
    finishRebuild: createFinishRebuild(dependencies),
    dropRebuild: createDropRebuild(dependencies),
    learnFollows: createLearnFollows(dependencies),
    detect: createDetect(dependencies),
    // By this name workflows call it that were started before there was more to detect than failures.
    detectFailures: createDetect(dependencies),
    learnProfiles: createLearnProfiles(dependencies),
    keepSlots: createKeepSlots(dependencies),
    settleExpectations: createSettleExpectations(dependencies),
    listPendingNotifications: createListPendingNotifications(dependencies),
    deliverNotification: createDeliverNotification(dependencies),
    queueChannelTest: createQueueChannelTest(dependencies),
    tellScoreCard: createTellScoreCard(dependencies),
    freezeSnapshot: createFreezeSnapshot(dependencies),
    trainContestant: createTrainContestant(dependencies),
    testImported: createTestImported(dependencies),
    registerChallenger: createRegisterChallenger(dependencies),
    judgeChallenger: createJudgeChallenger(dependencies),
    checkPromotion: createCheckPromotion(dependencies),
    checkRollback: createCheckRollback(dependencies),
    switchChampion: createSwitchChampion(dependencies),
    readPromotionPolicy: createReadPromotionPolicy(dependencies),
    askApproval: createAskApproval(dependencies),
    endApproval: createEndApproval(dependencies),
    prepareRelease: createPrepareRelease(dependencies),
    tagModel: createTagModel(dependencies),
    beginTrial: createBeginTrial(dependencies),
    scoreBeside: createScoreBeside(dependencies),
    lookAtTrial: createLookAtTrial(dependencies),
    makeForecast: createMakeForecast(dependencies),
    overrideForecast: createOverrideForecast(dependencies),
    settleForecastOutcomes: createSettleOutcomes(dependencies),
    observeModel: createObserveModel(dependencies),
    followModel: createFollowModel(dependencies),
    planReport: createPlanReport(dependencies),
    buildReport: createBuildReport(dependencies),
    keepReport: createKeepReport(dependencies),
    tellReport: createTellReport(dependencies),
    decideRecommendation: createDecideRecommendation(dependencies),
    makePredictions: createMakePredictions(dependencies),
    advanceIncident: createAdvanceIncident(dependencies),
    actOnIncident: createActOnIncident(dependencies),
    /** Shows that its queue is worked on. */
    pulse: async (): Promise<void> => {},
    planRerun: createPlanRerun(dependencies),
    askRerun: createAskRerun(dependencies),
    checkRerun: createCheckRerun(dependencies),
    giveUpRerun: createGiveUpRerun(dependencies),
    markRerunDone: createMarkRerunDone(dependencies),
    finishRerun: createFinishRerun(dependencies),
  };
}

export type Activities = ReturnType<typeof createActivities>;
