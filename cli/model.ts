import { loadConfig } from '../config.ts';
import { estateNow } from '../db/estate-clock.ts';
import { FAILURE_MODEL, isoWeekOf, workflowIds } from '../workflows/names.ts';
import { withConnections } from './connections.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { createProgress } from './progress.ts';
import { runWorkflow } from './run-workflow.ts';
import { UsageError } from './usage-error.ts';

/** `smart-etl model train`: retrains now, with all that follows: gate and, when passed, promotion. */
export async function trainModel({
  seed,
  json = false,
}: {
  seed?: number;
  json?: boolean;
}): Promise<ExitCode> {
  const config = loadConfig();
  const outcome = await withConnections(config, async ({ pool, temporal }) => {
    const progress = createProgress();
    try {
      const now = await estateNow(pool, config.time, Date.now());
      progress.step('training and judging the contestants');
      const input = { asOf: now.toISOString(), ...(seed !== undefined && { seed }) };
      const id = workflowIds.retrain(isoWeekOf(now.getTime()));
      const retrained = await runWorkflow(temporal, 'retrain', id, input, `Retrain ${FAILURE_MODEL}`);
      progress.done(`${retrained.kind}: ${retrained.verdict}`);
      return retrained;
    } finally {
      progress.end();
    }
  });
  if (json) console.log(JSON.stringify(outcome));
  else {
    const champion =
      outcome.promotedVersion === null
        ? 'the champion stays'
        : `version ${outcome.promotedVersion} is the champion`;
    console.log(`version ${outcome.version} (${outcome.kind}): ${outcome.verdict}; ${champion}`);
  }
  return EXIT.ok;
}

/** `smart-etl model promote VERSION`: a person makes a version the champion, with name and reason. */
export async function promoteModel(
  versionText: string,
  { who, why, json = false }: { who: string; why: string; json?: boolean },
): Promise<ExitCode> {
  const version = Number(versionText);
  if (!Number.isInteger(version) || version < 1) {
    throw new UsageError(`VERSION must be a whole number from 1, got "${versionText}"`);
  }
  if (!who.trim() || !why.trim()) throw new UsageError('--who and --why must say something');
  const outcome = await withConnections(loadConfig(), async ({ temporal }) => {
    const id = workflowIds.promoteModel(FAILURE_MODEL, version);
    const running = runWorkflow(
      temporal,
      'promoteModel',
      id,
      { model: FAILURE_MODEL, version, policy: 'approval' },
      `Promote ${FAILURE_MODEL}/${version}`,
    );
    // The decision waits on the server until the workflow takes it; a workflow that ends without it (it is the
    // champion already) refuses it, which its own outcome says better.
    await temporal.workflow
      .getHandle(id)
      .executeUpdate('decide', { args: [{ approve: true, who, why }] })
      .catch(() => {});
    return running;
  });
  if (json) console.log(JSON.stringify(outcome));
  else console.log(`${FAILURE_MODEL}/${version}: ${outcome.outcome}`);
  return outcome.outcome === 'promoted' || outcome.outcome === 'champion-already' ? EXIT.ok : EXIT.negative;
}
