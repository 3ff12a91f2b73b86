import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { WorkerDeploymentOptions } from '@temporalio/worker';
import { DEPLOYMENT_NAME, makeBuildCurrent, UnknownBuild } from '../services/worker-deployments.ts';

/** Of a release and the code of its workflows: two builds of which only activities differ are one. */
export const buildIdOf = (release: string, workflowCode: string): string =>
  `${release}-${createHash('sha256').update(workflowCode).digest('hex').slice(0, 12)}`;

/**
 * Workers of one build. Workflows that end in minutes stay with it; those that say so in workflows/index.ts go on with
 * the newest.
 */
export const deploymentOptions = (buildId: string): WorkerDeploymentOptions => ({
  version: { deploymentName: DEPLOYMENT_NAME, buildId },
  useWorkerVersioning: true,
  defaultVersioningBehavior: 'PINNED',
});

/** The server hears of a build with its first question for work, on each queue. */
const ASK_AGAIN_MS = 500;
const LONGEST_WAIT_MS = 60_000;

/**
 * Makes a build that is starting the current one.
 *
 * @throws UnknownBuild when its workers are not heard of within a minute; what the server says
 */
export async function becomeCurrent(client: Client, buildId: string, signal: AbortSignal): Promise<void> {
  for (const until = performance.now() + LONGEST_WAIT_MS; ; ) {
    try {
      return await makeBuildCurrent(client, buildId);
    } catch (error) {
      if (!(error instanceof UnknownBuild) || performance.now() > until) throw error;
      await pause(ASK_AGAIN_MS, undefined, { signal });
    }
  }
}
