/** `smart-etl deploy`: builds of the workers beside each other, which is current, and when an old one may stop. */
import { loadConfig } from '../config.ts';
import { saveAuditEntry } from '../db/access/audit-log.ts';
import {
  makeBuildCurrent,
  readWorkerBuilds,
  releaseFromBuild,
  type WorkerBuild,
} from '../services/worker-deployments.ts';
import { withConnections } from './connections.ts';
import { decisionOf } from './data/quarantine.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { textTable } from './text-table.ts';

interface Decided {
  who?: string;
  why: string;
  json?: boolean;
}

/** `deploy status`: exit 1 when no build is current: then nobody takes up new work. */
export async function deployStatus({ json }: { json?: boolean }): Promise<ExitCode> {
  const config = loadConfig();
  const { workerVersioning } = config;
  const builds = await withConnections(config, ({ temporal }) => readWorkerBuilds(temporal));
  if (json) console.log(JSON.stringify({ workerVersioning, builds }));
  else console.log(linesOf(builds, workerVersioning).join('\n'));
  const isServed = workerVersioning === 'off' || builds.some(({ state }) => state === 'current');
  return isServed ? EXIT.ok : EXIT.negative;
}

function linesOf(builds: readonly WorkerBuild[], workerVersioning: string): string[] {
  const setting = `workerVersioning is "${workerVersioning}"`;
  if (builds.length === 0) return [`${setting}; no worker has told of a build`];
  const rows = builds.map(({ buildId, state, createdAt, pinnedWorkflows }) => [
    buildId,
    state,
    createdAt?.toISOString().slice(0, 16).replace('T', ' ') ?? '',
    String(pinnedWorkflows),
  ]);
  const drained = builds.filter(({ state, pinnedWorkflows }) => state === 'drained' && pinnedWorkflows === 0);
  return [
    textTable(['build', 'state', 'since (UTC)', 'workflows'], rows),
    ...drained.map(({ buildId }) => `workers of ${buildId} may stop`),
    ...(workerVersioning === 'off' ? [`${setting}: new workers do not tell of theirs`] : []),
  ];
}

/** `deploy current BUILD`: new work begins on it, on an older one too. */
export const deployCurrent = (buildId: string, options: Decided): Promise<ExitCode> =>
  change(buildId, options, 'deploy.current', async (temporal) => {
    await makeBuildCurrent(temporal, buildId);
    return { said: `${buildId} is the current build`, after: { buildId } };
  });

/** `deploy release BUILD`: what it began goes on with the current one, because its workers are gone. */
export const deployRelease = (buildId: string, options: Decided): Promise<ExitCode> =>
  change(buildId, options, 'deploy.release', async (temporal) => {
    const released = await releaseFromBuild(temporal, buildId);
    return { said: `${released} workflows of ${buildId} go on with the current build`, after: { released } };
  });

async function change(
  buildId: string,
  { json, ...told }: Decided,
  action: string,
  act: (temporal: Parameters<typeof makeBuildCurrent>[0]) => Promise<{ said: string; after: object }>,
): Promise<ExitCode> {
  const { who, why } = decisionOf(told, '');
  const { said, after } = await withConnections(loadConfig(), async ({ pool, temporal }) => {
    const current = (await readWorkerBuilds(temporal)).find(({ state }) => state === 'current');
    const done = await act(temporal);
    const before = { current: current?.buildId ?? null };
    await saveAuditEntry(pool, {
      who,
      action,
      subject: buildId,
      why,
      before,
      after: done.after,
      workflowId: null,
    });
    return done;
  });
  console.log(json ? JSON.stringify({ buildId, ...after }) : said);
  return EXIT.ok;
}
