import { loadConfig } from '../../config.ts';
import { versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { FAILURE_MODEL, workflowIds } from '../../workflows/names.ts';
import { withConnections } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../options/usage-error.ts';
import { runWorkflow } from '../run-workflow.ts';
import { endOrChange } from './champion-change.ts';

/**
 * `smart-etl model rollback`: the version that served before the champion serves again, with name and reason.
 *
 * @returns 0; 1 when no version serves, or none served before
 */
export async function rollbackModel({
  who,
  why,
  json = false,
}: {
  who: string;
  why: string;
  json?: boolean;
}): Promise<ExitCode> {
  if (!who.trim() || !why.trim()) throw new UsageError('--who and --why must say something');
  const outcome = await withConnections(loadConfig(), async (open) => {
    const { pool, temporal } = open;
    const fromVersion = await versionOfAlias(pool, FAILURE_MODEL, 'champion');
    if (fromVersion === null) return null;
    const id = workflowIds.rollbackModel(FAILURE_MODEL, fromVersion);
    const input = { model: FAILURE_MODEL, fromVersion, who, why };
    const summary = `Roll back ${FAILURE_MODEL}/${fromVersion}`;
    const { version } = await endOrChange(
      open,
      id,
      () => runWorkflow(temporal, 'rollbackModel', id, input, summary),
      (version) => ({ version }),
    );
    return { fromVersion, version };
  });
  if (outcome === null) {
    console.error(`no version of ${FAILURE_MODEL} serves yet: \`smart-etl model train\` makes one`);
    return EXIT.negative;
  }
  if (json) console.log(JSON.stringify(outcome));
  else console.log(`version ${outcome.version} serves again instead of version ${outcome.fromVersion}`);
  return EXIT.ok;
}
