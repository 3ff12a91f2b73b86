import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import { freePort } from '../stack/ports.ts';
import { startTemporal } from '../stack/temporal.ts';
import { deploymentOptions } from '../worker/deployment.ts';
import { interceptors, spanSinks } from '../worker/interceptors.ts';
import { TASK_QUEUES } from '../workflows/names.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** Plays the part of the activities a test needs; calling any other one fails the test. */
export type FakeActivities = { [Name in keyof Activities]?: (...args: never[]) => unknown };

export interface WorkflowStage {
  client: Client;
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

const silent = { ...console, log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/**
 * A Temporal server of its own with the real workflows. Task queues have fixed names, so two test files on one
 * server would take each other's work.
 */
export async function openWorkflowStage(): Promise<WorkflowStage> {
  Runtime.install({ logger: silent });
  const home = mkdtempSync(path.join(tmpdir(), 'smart-etl-stage-'));
  const taken = new Set<number>();
  const free = async () => {
    const port = await freePort(taken);
    taken.add(port);
    return port;
  };
  const [server, bundle] = await Promise.all([
    startTemporal({
      home,
      port: await free(),
      uiPort: await free(),
      httpPort: await free(),
      metricsPort: await free(),
    }),
    workflowBundle(),
  ]);
  const connection = await Connection.connect({ address: server.address });
  const native = await NativeConnection.connect({ address: server.address });
  const client = new Client({ connection });
  return {
    client,
    address: server.address,
    async withActivities(fakes, work, buildId) {
      const workers = await Promise.all(
        Object.values(TASK_QUEUES).map((taskQueue) =>
          Worker.create({
            connection: native,
            taskQueue,
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
