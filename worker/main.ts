import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { pino } from 'pino';
import { createActivities } from '../activities/index.ts';
import { loadConfig } from '../config.ts';
import { createOutgoing } from '../services/outgoing.ts';
import { readPayloadKeys } from '../services/payload-keys.ts';
import { connectionOptionsOf, temporalClient } from '../services/temporal-link.ts';
import { TASK_QUEUES, type TaskQueue } from '../workflows/names.ts';
import { createBeats } from './beats.ts';
import { workerDataConverter } from './data-converter.ts';
import { createDependencies } from './dependencies.ts';
import { becomeCurrent, buildIdOf, deploymentOptions } from './deployment.ts';
import { wakeOnEvents } from './event-wakeup.ts';
import { pulseOf, startHeartbeat } from './heartbeat.ts';
import { interceptors, spanSinks } from './interceptors.ts';
import { wakeLives } from './life-wakeup.ts';
import { trainingLimitsHere } from './training-limits.ts';
import { watchFolders } from './watch-folders.ts';
import { bundleWorkflows } from './workflow-bundle.ts';

/** A drain longer than this is cut: the attempt is tried again elsewhere, and twice is once. */
const SHUTDOWN_GRACE = '10s';
/** `Worker.run()` may never settle after a lost server (https://github.com/temporalio/sdk-typescript/issues/2266). */
const SHUTDOWN_FORCE = '15s';

const config = loadConfig();
const logger = pino({ level: config.logLevel, base: { process: 'worker' } });
Runtime.install({
  logger: {
    log: (level, message, meta) => logger[level === 'TRACE' ? 'debug' : 'info']({ level, ...meta }, message),
    trace: () => {},
    debug: (message, meta) => logger.debug(meta ?? {}, message),
    info: (message, meta) => logger.info(meta ?? {}, message),
    warn: (message, meta) => logger.warn(meta ?? {}, message),
    error: (message, meta) => logger.error(meta ?? {}, message),
  },
});

const payloadKeys = readPayloadKeys(config.temporalPayloadKeysFile);
const [connection, workflowBundle] = await Promise.all([
  connectionOptionsOf(config).then((options) => NativeConnection.connect(options)),
  bundleWorkflows(payloadKeys.length > 0),
]);
const client = temporalClient(connection, config);
const training = trainingLimitsHere(config.trainingThreads);
const dependencies = createDependencies(config, logger);
const beats = createBeats(dependencies.pool, (error) =>
  logger.warn({ reason: error.message }, 'beats are written later'),
);

const buildId =
  config.workerVersioning === 'build' ? buildIdOf(dependencies.codeVersion, workflowBundle.code) : null;

const shared: Omit<WorkerOptions, 'taskQueue'> = {
  connection,
  namespace: config.temporalNamespace,
  dataConverter: workerDataConverter(payloadKeys),
  activities: createActivities(dependencies),
  interceptors: { ...interceptors, activity: [...(interceptors.activity ?? []), beats.interceptor] },
  shutdownGraceTime: SHUTDOWN_GRACE,
  shutdownForceTime: SHUTDOWN_FORCE,
  ...(buildId !== null && { workerDeploymentOptions: deploymentOptions(buildId) }),
};

/** Workflows run on `control`; the other queues only do activities. */
const queues: Record<TaskQueue, Partial<WorkerOptions>> = {
  [TASK_QUEUES.control]: {
    workflowBundle,
    sinks: spanSinks(),
    maxConcurrentActivityTaskExecutions: 20,
    // Each cached workflow holds memory for as long as it is cached.
    maxCachedWorkflows: 200,
  },
  // A load holds a connection and a processor; more at once only wait for each other.
  [TASK_QUEUES.ingest]: { maxConcurrentActivityTaskExecutions: 2 },
  // Training is one thread each, for as many as there are processors and memory to spare.
  [TASK_QUEUES.train]: { maxConcurrentActivityTaskExecutions: training.threads },
};

const workers = await Promise.all(
  config.taskQueues.map((taskQueue) => Worker.create({ ...shared, ...queues[taskQueue], taskQueue })),
);

// What looks after all work belongs to those who run workflows: one that only trains has neither folders nor anything to wake.
const looksAfter = config.taskQueues.includes(TASK_QUEUES.control);
const watch = looksAfter ? await watchFolders(config, logger) : null;

const shutDown = () => {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
};
process.once('SIGTERM', shutDown);
process.once('SIGINT', shutDown);
// The supervisor is gone: whoever starts next starts its own workers.
process.once('disconnect', shutDown);

const waking = { databaseUrl: config.databaseUrl, client, logger };
const wakeup = looksAfter ? wakeOnEvents(waking) : null;
const lives = looksAfter ? wakeLives(waking) : null;
const heartbeat =
  !looksAfter || config.heartbeatUrl === null
    ? null
    : startHeartbeat({
        url: config.heartbeatUrl,
        pool: dependencies.pool,
        sources: config.sources,
        logger,
        outgoing: createOutgoing(config.outgoing),
        pulse: pulseOf(client),
      });

const stopped = new AbortController();
if (buildId !== null && looksAfter) {
  // By whoever can go on with workflows: a build that only trains would leave them without anybody. The server hears of
  // it when the workers below ask for work.
  becomeCurrent(client, buildId, stopped.signal).then(
    () => logger.info({ buildId }, 'this build is the current one'),
    (error: Error) => {
      if (!stopped.signal.aborted)
        logger.error({ err: error, buildId }, 'this build is not the current one: smart-etl deploy current');
    },
  );
}

process.send?.({ ready: true });
logger.info({ queues: config.taskQueues, training, buildId }, 'worker is polling');
try {
  // One that fails takes the others down: half a worker looks alive and is not.
  await Promise.all(workers.map((worker) => worker.run().finally(shutDown)));
} finally {
  stopped.abort();
  await heartbeat?.close();
  await beats.close();
  await wakeup?.close();
  await lives?.close();
  await watch?.close();
  await dependencies.close();
  await connection.close();
}
process.exit(0);
