import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { NativeConnection, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import { readPayloadKeys } from '../services/payload-keys.ts';
import { connectionOptionsOf, connectTemporal, type TemporalLink } from '../services/temporal-link.ts';
import { freePort } from '../stack/ports.ts';
import { ServerFailed } from '../stack/server-process.ts';
import { type RunningTemporal, startTemporal } from '../stack/temporal.ts';
import { TEMPORAL_DEFAULTS } from '../temporal-config.ts';
import { workerDataConverter } from '../worker/data-converter.ts';
import { deploymentOptions } from '../worker/deployment.ts';
import { interceptors, spanSinks } from '../worker/interceptors.ts';
import { bundleWorkflows } from '../worker/workflow-bundle.ts';
import { TASK_QUEUES } from '../workflows/names.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** Plays the part of the activities a test needs; calling any other one fails the test. */
export type FakeActivities = { [Name in keyof Activities]?: (...args: never[]) => unknown };

export interface WorkflowStage {
  client: Client;
  /** How client and workers reach the server. */
  link: TemporalLink;
  bundle: WorkflowBundleOption;
  /** Of the server. */
  address: string;
  /** Runs workers on all queues with these activities, of a build if one is named, for as long as `work` takes. */
  withActivities<T>(
    fakes: FakeActivities,
    work: (client: Client) => Promise<T>,
    buildId?: string,
  ): Promise<T>;
  close(): Promise<void>;
}

/** A port that is free may be somebody's by the time the server listens: tests beside this one open some all the time. */
const START_TRIES = 3;

async function startOwnTemporal(home: string): Promise<RunningTemporal> {
  const taken = new Set<number>();
  const free = async () => {
    const port = await freePort(taken);
    taken.add(port);
    return port;
  };
  for (let tries = 1; ; tries += 1) {
    try {
      return await startTemporal({
        home,
        port: await free(),
        uiPort: await free(),
        httpPort: await free(),
        metricsPort: await free(),
      });
    } catch (error) {
      if (!(error instanceof ServerFailed) || tries === START_TRIES) throw error;
    }
  }
}

const silent = { ...console, log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/**
 * A Temporal server of its own with the real workflows. Task queues have fixed names, so two test files on one
 * server would take each other's work.
 *
 * @param linkTo how client and workers reach a server at an address; left out, in the plain
 */
export async function openWorkflowStage(
  linkTo: (address: string) => Partial<TemporalLink> | Promise<Partial<TemporalLink>> = () => ({}),
): Promise<WorkflowStage> {
  Runtime.install({ logger: silent });
  const home = mkdtempSync(path.join(tmpdir(), 'smart-etl-stage-'));
  const server = await startOwnTemporal(home);
  const link = { ...TEMPORAL_DEFAULTS, temporalAddress: server.address, ...(await linkTo(server.address)) };
  const keys = readPayloadKeys(link.temporalPayloadKeysFile);
  const [bundle, { connection, client }, native] = await Promise.all([
    keys.length > 0 ? bundleWorkflows(true) : workflowBundle(),
    connectTemporal(link),
    connectionOptionsOf(link).then((options) => NativeConnection.connect(options)),
  ]);
  const dataConverter = workerDataConverter(keys);
  return {
    client,
    link,
    bundle,
    address: server.address,
    async withActivities(fakes, work, buildId) {
      const workers = await Promise.all(
        Object.values(TASK_QUEUES).map((taskQueue) =>
          Worker.create({
            connection: native,
            taskQueue,
            dataConverter,
            activities: fakes as object,
            interceptors,
            ...(buildId !== undefined && { workerDeploymentOptions: deploymentOptions(buildId) }),
            ...(taskQueue === TASK_QUEUES.control && { workflowBundle: bundle, sinks: spanSinks() }),
          }),
        ),
      );
      const done = Promise.withResolvers<void>();
      const running = Promise.all(workers.map((worker) => worker.runUntil(done.promise)));
      try {
        return await work(client);
      } finally {
        done.resolve();
        await running;
      }
    },
    async close() {
      await connection.close();
      await native.close();
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
