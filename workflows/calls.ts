import { log, patched, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { TASK_QUEUES, type TaskQueue } from './names.ts';

/**
 * Names of errors that trying again cannot cure. Everything else is taken for an outage and tried until it ends:
 * a database that is down for a night must not need a person in the morning.
 */
const PERMANENT = [
  'ConfigError',
  'InvalidInput',
  'UnknownSource',
  'UnknownFile',
  'NothingLoaded',
  'CorruptObject',
  'InvalidContract',
  'MissingObject',
  'UnknownModelVersion',
  'InvalidTag',
  'NoChampion',
  'NoCandidates',
  'PromotionRefused',
  'PromotionConflict',
  'OnnxNotUnderstood',
  'TestMayBeKnown',
  'UnknownIncident',
  'UnknownJob',
  'UnknownChannel',
  'InvalidCron',
  'InvalidPeriod',
  'NotTypeset',
  'BadModelKey',
  'TamperedPayload',
  'UnsignedModel',
  'WrongSignature',
  'WrongManifest',
  'NoUsableModel',
];

/** Soon at first (a restart takes seconds), then every minute (a repair takes a person). */
const untilRepaired = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '1m',
  nonRetryableErrorTypes: PERMANENT,
} as const;

/** Small steps on PostgreSQL: what takes longer than half a minute has lost its connection. */
export const control = proxyActivities<
  Pick<
    Activities,
    | 'resolveAsOf'
    | 'releaseSource'
    | 'listPendingNotifications'
    | 'registerChallenger'
    | 'checkPromotion'
    | 'checkRollback'
    | 'switchChampion'
    | 'readPromotionPolicy'
    | 'askApproval'
    | 'tagModel'
    | 'endApproval'
    | 'beginTrial'
    | 'lookAtTrial'
    | 'overrideForecast'
    | 'advanceIncident'
    | 'actOnIncident'
    | 'planRerun'
    | 'checkRerun'
    | 'giveUpRerun'
    | 'markRerunDone'
    | 'finishRerun'
    | 'queueChannelTest'
    | 'tellScoreCard'
    | 'planReport'
    | 'keepReport'
    | 'tellReport'
    | 'decideRecommendation'
    | 'followModel'
  >
>({ taskQueue: TASK_QUEUES.control, startToCloseTimeout: '30s', retry: untilRepaired });

/**
 * A look takes well under a second, the first one at an estate of thousands of jobs a minute; outcomes of some weeks of
 * many runs take seconds.
 */
export const looks = proxyActivities<
  Pick<Activities, 'detect' | 'detectFailures' | 'settleForecastOutcomes'>
>({
  taskQueue: TASK_QUEUES.control,
  startToCloseTimeout: '5m',
  retry: untilRepaired,
});

/**
 * Sending is tried for about a minute; a message not sent by then stays in the outbox and the next collection
 * sweeps it, so that a dead mail server never holds up the loading of data.
 */
export const messages = proxyActivities<Pick<Activities, 'deliverNotification'>>({
  taskQueue: TASK_QUEUES.control,
  startToCloseTimeout: '45s',
  retry: {
    initialInterval: '2s',
    backoffCoefficient: 3,
    maximumAttempts: 4,
    nonRetryableErrorTypes: PERMANENT,
  },
});

/**
 * Asking the customer's scheduler. Half an hour of outages: an operator who waits for a re-run wants to hear by then
 * that it cannot be asked.
 */
export const schedulers = proxyActivities<Pick<Activities, 'askRerun'>>({
  taskQueue: TASK_QUEUES.control,
  startToCloseTimeout: '45s',
  scheduleToCloseTimeout: '30m',
  retry: untilRepaired,
});

/** Somebody waits for what the receiver says to this one try. */
export const messagesOnce = proxyActivities<Pick<Activities, 'deliverNotification'>>({
  taskQueue: TASK_QUEUES.control,
  startToCloseTimeout: '45s',
  retry: { maximumAttempts: 1 },
});

/** Reading and loading files. Half an hour for the largest, but a worker that dies is noticed in half a minute. */
export const ingest = proxyActivities<
  Pick<
    Activities,
    | 'storeFiles'
    | 'scrapeTargets'
    | 'listPendingFiles'
    | 'loadFiles'
    | 'loadFile'
    | 'discoverFiles'
    | 'storeOriginals'
    | 'replayFiles'
    | 'refreshQuality'
    | 'redactOriginals'
    | 'finishErasure'
    | 'findExpired'
    | 'dropExpired'
    | 'findExpiredModels'
    | 'dropExpiredModels'
    | 'recoverLedger'
    | 'beginRebuild'
    | 'rebuildFiles'
    | 'compareRebuild'
    | 'finishRebuild'
    | 'dropRebuild'
    | 'packEvents'
    | 'learnProfiles'
    | 'keepSlots'
    | 'learnFollows'
  >
>({
  taskQueue: TASK_QUEUES.ingest,
  startToCloseTimeout: '30m',
  heartbeatTimeout: '30s',
  retry: untilRepaired,
});

/** Training and scoring. An hour for the slowest contestant; a lost worker is noticed in half a minute. */
export const train = proxyActivities<
  Pick<
    Activities,
    | 'freezeSnapshot'
    | 'trainContestant'
    | 'testImported'
    | 'judgeChallenger'
    | 'makeForecast'
    | 'observeModel'
    | 'buildReport'
  >
>({
  taskQueue: TASK_QUEUES.train,
  startToCloseTimeout: '1h',
  heartbeatTimeout: '30s',
  retry: untilRepaired,
});

/**
 * What a promotion would change. Where the processors are busy for longer than this, people are told without it: a
 * change that was decided does not wait for its note.
 */
export const releases = proxyActivities<Pick<Activities, 'prepareRelease'>>({
  taskQueue: TASK_QUEUES.train,
  startToCloseTimeout: '5m',
  scheduleToCloseTimeout: '5m',
  heartbeatTimeout: '30s',
  retry: untilRepaired,
});

/** What nobody waits for: versions on trial beside the champion. After a day the next forecast is near. */
export const besides = proxyActivities<Pick<Activities, 'scoreBeside'>>({
  taskQueue: TASK_QUEUES.train,
  startToCloseTimeout: '1h',
  scheduleToCloseTimeout: '1 day',
  heartbeatTimeout: '30s',
  retry: untilRepaired,
});

/** Somebody waits: after a quarter of an hour he has given up, and asks again if need be. */
export const predictions = proxyActivities<Pick<Activities, 'makePredictions'>>({
  taskQueue: TASK_QUEUES.train,
  startToCloseTimeout: '15m',
  scheduleToCloseTimeout: '15m',
  heartbeatTimeout: '30s',
  retry: untilRepaired,
});

/** Doing nothing takes no time; the next pulse comes in a minute. */
export const pulsesOn = (taskQueue: TaskQueue) =>
  proxyActivities<Pick<Activities, 'pulse'>>({
    taskQueue,
    startToCloseTimeout: '10s',
    scheduleToCloseTimeout: '50s',
    retry: { maximumAttempts: 1 },
  });

/** A flood of messages does not hold up the workflow for long: the next one goes on with it. */
const MOST_ROUNDS = 10;

/** Sends what waits in the outbox. A message that cannot be sent now never fails the workflow that caused it. */
export async function deliverPending(): Promise<{ sent: number; waiting: number }> {
  const tried = new Set<string>();
  const total = { sent: 0, waiting: 0 };
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const listed = await control.listPendingNotifications();
    const ids = listed.ids.filter((id) => !tried.has(id));
    for (const id of ids) tried.add(id);
    const { sent, waiting } = await deliverAll(ids);
    total.sent += sent;
    total.waiting += waiting;
    // An end waits for its beginning, and of one channel few are listed at once: what follows may go now.
    if (sent === 0 || !patched('deliver-what-follows')) break;
  }
  if (total.waiting > 0) log.warn('messages could not be sent and stay in the outbox', total);
  return total;
}

async function deliverAll(ids: readonly string[]): Promise<{ sent: number; waiting: number }> {
  const outcomes = await Promise.allSettled(ids.map((id) => messages.deliverNotification({ id })));
  const waiting = outcomes.filter(
    (outcome) => outcome.status === 'rejected' || ['waiting', 'busy'].includes(outcome.value.outcome),
  ).length;
  return { sent: ids.length - waiting, waiting };
}
