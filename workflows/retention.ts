import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ModelRetentionOutcome } from '../activities/forecast/model-retention.ts';
import type { RetentionOutcome } from '../activities/load/retention.ts';
import { control, ingest } from './calls.ts';
import { outcomeKey } from './search-attributes.ts';

export interface RetentionWorkflowInput {
  /** Whole months kept before the current one; null or left out: everything is kept. */
  runsMonths?: number | null;
  samplesMonths?: number | null;
  /** Of models and their trainings that nothing needs any more. */
  modelsMonths?: number | null;
  /** Only tell what would go. */
  dryRun?: boolean;
  /** Act as if now were this instant; ISO 8601. */
  asOf?: string;
}

/** Null: everything of that kind is kept. */
export interface RetentionWorkflowOutcome {
  runs: RetentionOutcome | null;
  metrics: RetentionOutcome | null;
  /** Left out: all objects of models are kept. */
  models?: ModelRetentionOutcome;
}

/**
 * Drops months of runs and samples that are older than what is to be kept, originals with nothing left in them, and
 * objects of models that nothing needs any more.
 */
export async function retention(input: RetentionWorkflowInput = {}): Promise<RetentionWorkflowOutcome> {
  const { runsMonths = null, samplesMonths = null, modelsMonths = null, dryRun = false, asOf } = input;
  const outcome: RetentionWorkflowOutcome = { runs: null, metrics: null };
  const limits = [
    ['runs', runsMonths],
    ['metrics', samplesMonths],
  ] as const;
  if (modelsMonths === null && limits.every(([, months]) => months === null)) return outcome;
  const { workflowId } = workflowInfo();
  const now = await control.resolveAsOf(asOf === undefined ? {} : { asOf });
  for (const [kind, months] of limits) {
    if (months === null) continue;
    const asked = { kind, months, asOf: now.asOf };
    outcome[kind] = dryRun
      ? await ingest.findExpired(asked)
      : await ingest.dropExpired({ ...asked, workflowId });
  }
  if (modelsMonths !== null) {
    const asked = { months: modelsMonths, asOf: now.asOf };
    outcome.models = dryRun
      ? await ingest.findExpiredModels(asked)
      : await ingest.dropExpiredModels({ ...asked, workflowId });
  }
  if (!dryRun) await ingest.refreshQuality({ source: null });
  upsertSearchAttributes([{ key: outcomeKey, value: dryRun ? 'told' : 'dropped' }]);
  setCurrentDetails(
    `runs: ${accountOf(outcome.runs)}\n\nsamples: ${accountOf(outcome.metrics)}\n\nmodels: ${modelsAccountOf(outcome.models)}`,
  );
  return outcome;
}

function modelsAccountOf(outcome: ModelRetentionOutcome | undefined): string {
  if (outcome === undefined) return 'all kept';
  const { keepFrom, models, training } = outcome;
  return `kept from ${keepFrom.slice(0, 10)}; ${models.objects} objects of versions, ${training.objects} of trainings`;
}

function accountOf(kind: RetentionOutcome | null): string {
  if (kind === null) return 'all kept';
  const rows = kind.months.reduce((sum, month) => sum + month.rows, 0);
  return `kept from ${kind.keepFrom.slice(0, 10)}; ${kind.months.length} months with ${rows} rows, ${kind.files} originals`;
}
