import { createActOnIncident } from './act-on-incident.ts';
import { createAdvanceIncident } from './advance-incident.ts';
import { createAskApproval, createEndApproval } from './approvals.ts';
import {
  createDiscoverFiles,
  createListPendingFiles,
  createStoreFiles,
  createStoreOriginals,
} from './collect-files.ts';
import { createDecideRecommendation } from './decide-recommendation.ts';
import { createDeliverNotification, createListPendingNotifications } from './deliver-notification.ts';
import type { Dependencies } from './dependencies.ts';
import { createDetect } from './detect.ts';
import { createFinishErasure, createRedactOriginals } from './erase-owner.ts';
import { createFollowModel } from './follow-model.ts';
import { createFreezeSnapshot } from './freeze-snapshot.ts';
import { createJudgeChallenger } from './judge-challenger.ts';
import { createKeepSlots } from './keep-slots.ts';
import { createLearnFollows } from './learn-follows.ts';
import { createLearnProfiles } from './learn-profiles.ts';
import { createLoadFile } from './load-file.ts';
import { createLoadFiles } from './load-files.ts';
import { createMakeForecast } from './make-forecast.ts';
import { createMakePredictions } from './make-predictions.ts';
import { createDropExpiredModels, createFindExpiredModels } from './model-retention.ts';
import { createObserveModel } from './observe-model.ts';
import { createOverrideForecast } from './override-forecast.ts';
import { createPackEvents } from './pack-events.ts';
import { createPlanRerun } from './plan-rerun.ts';
import { createPrepareRelease } from './prepare-release.ts';
import {
  createCheckPromotion,
  createCheckRollback,
  createReadPromotionPolicy,
  createSwitchChampion,
} from './promotion.ts';
import { createQueueChannelTest } from './queue-channel-test.ts';
import {
  createBeginRebuild,
  createCompareRebuild,
  createDropRebuild,
  createFinishRebuild,
  createRebuildFiles,
  createRecoverLedger,
} from './rebuild.ts';
import { createRefreshQuality } from './refresh-quality.ts';
import { createRegisterChallenger } from './register-challenger.ts';
import { createReleaseSource } from './release-source.ts';
import { createReplayFiles } from './replay-files.ts';
import { createBuildReport, createKeepReport, createPlanReport, createTellReport } from './report.ts';
import {
  createAskRerun,
  createCheckRerun,
  createFinishRerun,
  createGiveUpRerun,
  createMarkRerunDone,
} from './rerun.ts';
import { createResolveAsOf } from './resolve-as-of.ts';
import { createDropExpired, createFindExpired } from './retention.ts';
import { createScrapeTargets } from './scrape-targets.ts';
import { createSettleExpectations } from './settle-expectations.ts';
import { createSettleOutcomes } from './settle-outcomes.ts';
import { createTagModel } from './tag-model.ts';
import { createTellScoreCard } from './tell-score-card.ts';
import { createTestImported } from './test-imported.ts';
import { createTrainContestant } from './train-contestant.ts';
import { createBeginTrial, createLookAtTrial, createScoreBeside } from './trials.ts';

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
