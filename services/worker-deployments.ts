/** Builds of the workers, as Temporal's Worker Deployments know them: which is current, and what old ones still run. */
import type { Client } from '@temporalio/client';

/** All builds of the workers of this system. */
export const DEPLOYMENT_NAME = 'smart-etl';

/** Versions by the number in `temporal.api.enums.v1.WorkerDeploymentVersionStatus`. */
const STATES = ['unknown', 'inactive', 'current', 'ramping', 'draining', 'drained', 'created'] as const;

export interface WorkerBuild {
  buildId: string;
  /** `draining`: it is no longer current and still has workflows that began on it; `drained`: its workers may stop. */
  state: (typeof STATES)[number];
  createdAt: Date | null;
  /** Since when it is current; null: it is not. */
  currentSince: Date | null;
  /** Running workflows that stay with it. */
  pinnedWorkflows: number;
}

/** A build nobody has heard of, or whose workers do not ask for work any more. Trying again may help: it may be starting. */
export class UnknownBuild extends Error {
  override name = 'UnknownBuild';
}

interface Timestamp {
  seconds?: { toString(): string } | number | null;
}

const dateOf = (at: Timestamp | null | undefined): Date | null =>
  at?.seconds == null ? null : new Date(Number(at.seconds.toString()) * 1000);

/** gRPC's status codes. */
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** Workflows that stay with a build, for the visibility of Temporal. */
const pinnedTo = (buildId: string): string =>
  `TemporalWorkerDeploymentVersion = '${DEPLOYMENT_NAME}:${buildId}' and TemporalWorkflowVersioningBehavior = 'Pinned' and ExecutionStatus = 'Running'`;

/** A build id as the workers make them: nothing of it can end the text of a query. */
const isBuildId = (text: string): boolean => /^[0-9A-Za-z.+-]{1,100}$/.test(text);

/** @throws UnknownBuild for what can be no build id */
function requireBuildId(buildId: string): void {
  if (!isBuildId(buildId)) {
    throw new UnknownBuild(
      `expected a build such as 0.1.0-3fa4c1d20b7e, found ${JSON.stringify(buildId.slice(0, 120))}`,
    );
  }
}

/** All builds that are known, the newest first; none before the first worker with versioning. */
export async function readWorkerBuilds(client: Client): Promise<WorkerBuild[]> {
  const { namespace } = client.options;
  const described = await client.workflowService
    .describeWorkerDeployment({ namespace, deploymentName: DEPLOYMENT_NAME })
    .catch((error: unknown) => {
      if (codeOf(error) === NOT_FOUND) return null;
      throw error;
    });
  const summaries = described?.workerDeploymentInfo?.versionSummaries ?? [];
  const builds = await Promise.all(
    summaries.map(async (summary): Promise<WorkerBuild> => {
      const buildId = summary.deploymentVersion?.buildId ?? '';
      const { count } = await client.workflow.count(pinnedTo(buildId));
      return {
        buildId,
        state: STATES[summary.status ?? 0] ?? 'unknown',
        createdAt: dateOf(summary.createTime),
        currentSince: dateOf(summary.currentSinceTime),
        pinnedWorkflows: count,
      };
    }),
  );
  return builds.sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
}

/**
 * Has new workflows begin on a build, and those that may change builds go on with it. Twice is once.
 *
 * @throws UnknownBuild while no worker of that build asks for work on every queue that an older one had
 */
export async function makeBuildCurrent(client: Client, buildId: string): Promise<void> {
  requireBuildId(buildId);
  try {
    await client.workflowService.setWorkerDeploymentCurrentVersion({
      namespace: client.options.namespace,
      deploymentName: DEPLOYMENT_NAME,
      buildId,
      identity: 'smart-etl',
    });
  } catch (error) {
    if (codeOf(error) !== NOT_FOUND && codeOf(error) !== FAILED_PRECONDITION) throw error;
    throw new UnknownBuild(`no worker of build ${buildId} asks for work: ${(error as Error).message}`);
  }
}

/**
 * Lets the running workflows that stay with a build go on with the current one: for a build whose workers are gone.
 *
 * @returns how many there were
 */
export async function releaseFromBuild(client: Client, buildId: string): Promise<number> {
  requireBuildId(buildId);
  let released = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query: pinnedTo(buildId) })) {
    await client.workflowService.updateWorkflowExecutionOptions({
      namespace: client.options.namespace,
      workflowExecution: { workflowId, runId },
      workflowExecutionOptions: { versioningOverride: { autoUpgrade: true } },
      updateMask: { paths: ['versioning_override'] },
      identity: 'smart-etl',
    });
    released++;
  }
  return released;
}
