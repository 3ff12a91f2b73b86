import type { Config } from '../../config.ts';
import { estateNow } from '../../db/estate-clock.ts';
import { FAILURE_MODEL, workflowIds } from '../../workflows/names.ts';
import { withConnections } from '../connections.ts';
import { createProgress } from '../progress.ts';
import { runWorkflow } from '../run-workflow.ts';

/** Has the champion looked at now, as every day; in an hour that had its look, that one stands. */
export async function lookNow(config: Config): Promise<void> {
  await withConnections(config, async ({ pool, temporal }) => {
    const progress = createProgress();
    try {
      const asOf = (await estateNow(pool, config.time, Date.now())).toISOString();
      progress.step('comparing the data with those of the training');
      const id = workflowIds.monitorModel(asOf.slice(0, 13));
      const look = await runWorkflow(temporal, 'monitorModel', id, { asOf }, `Watch ${FAILURE_MODEL}`);
      progress.done(`${look.state}: ${look.drifted} of ${look.features} features moved`);
    } finally {
      progress.end();
    }
  });
}
