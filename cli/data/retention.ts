import { loadConfig } from '../../config.ts';
import { workflowIds } from '../../workflows/names.ts';
import type { RetentionWorkflowOutcome } from '../../workflows/retention.ts';
import { withConnections } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { runWorkflow } from '../run-workflow.ts';

/** `smart-etl retention [--dry-run]`: drops what is older than the configuration keeps, or tells what would go. */
export async function retention({
  dryRun = false,
  json = false,
}: {
  dryRun?: boolean;
  json?: boolean;
}): Promise<ExitCode> {
  const config = loadConfig();
  const outcome = await withConnections(config, ({ temporal }) => {
    const id = dryRun ? workflowIds.retentionDryRun : workflowIds.retention;
    const summary = dryRun ? 'What retention would drop' : 'Drop what is too old';
    return runWorkflow(temporal, 'retention', id, { ...config.retention, dryRun }, summary);
  });
  if (json) console.log(JSON.stringify(outcome));
  else console.log(linesOf(outcome, dryRun ? 'would go' : 'dropped').join('\n'));
  return EXIT.ok;
}

function linesOf(outcome: RetentionWorkflowOutcome, verb: string): string[] {
  const models = outcome.models;
  const ofModels =
    models === undefined
      ? 'models: all are kept (retention is not configured)'
      : `models: kept from ${models.keepFrom.slice(0, 10)}; ${models.models.objects + models.training.objects} objects ${verb}`;
  const lines = (['runs', 'metrics'] as const).flatMap((kind) => {
    const told = outcome[kind];
    if (told === null) return [`${kind}: all are kept (retention is not configured)`];
    const rows = told.months.reduce((sum, month) => sum + month.rows, 0);
    return [
      `${kind}: kept from ${told.keepFrom.slice(0, 10)}; ${rows} rows and ${told.files} originals ${verb}`,
      ...told.months.map(
        ({ month, rows: ofMonth }) => `  ${month.padEnd(28)} ${String(ofMonth).padStart(12)}`,
      ),
    ];
  });
  return [...lines, ofModels];
}
