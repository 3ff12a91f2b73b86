import { loadConfig } from '../../config.ts';
import { workflowIds } from '../../workflows/names.ts';
import type { RebuildOutcome } from '../../workflows/rebuild.ts';
import { withConnections } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { createProgress } from '../progress.ts';
import { runWorkflow } from '../run-workflow.ts';
import { decisionOf } from './quarantine.ts';

/**
 * `smart-etl rebuild [--check]`: makes the tables anew from the originals, or says where they differ from them.
 *
 * @returns 0; 1 when a check found a difference; 7 when originals could not be placed
 */
export async function rebuild(options: {
  check?: boolean;
  who?: string;
  why?: string;
  json?: boolean;
}): Promise<ExitCode> {
  const { check = false, json = false } = options;
  const decision = decisionOf(options, check ? 'check' : 'asked for on the command line');
  const outcome = await withConnections(loadConfig(), async ({ temporal }) => {
    const progress = createProgress();
    try {
      progress.step(check ? 'reading all originals again to compare' : 'making the tables anew');
      const summary = check ? 'Compare the tables with the originals' : 'Rebuild the tables';
      const input = { check, ...decision };
      const done = await runWorkflow(temporal, 'rebuild', workflowIds.rebuild, input, summary);
      progress.done(`${done.files} files`);
      return done;
    } finally {
      progress.end();
    }
  });
  if (json) console.log(JSON.stringify(outcome));
  else console.log(linesOf(outcome).join('\n'));
  if (outcome.comparison !== null && outcome.comparison.differences.length > 0) return EXIT.negative;
  return outcome.unknown > 0 ? EXIT.partial : EXIT.ok;
}

function linesOf({ files, recovered, unknown, comparison }: RebuildOutcome): string[] {
  if (comparison === null) {
    return [
      `rebuilt from ${files} files, ${recovered} of which the ledger did not know`,
      ...(unknown > 0 ? [`${unknown} originals tell no configured source and were not read`] : []),
    ];
  }
  const { parts, rows, differences } = comparison;
  if (differences.length === 0) {
    return [`equal: ${rows} rows in ${parts} tables and months, from ${files} files`];
  }
  return differences.flatMap(({ part, rows: used, rowsRebuilt, firstKey }) => [
    `${part}: ${used} rows, from the originals ${rowsRebuilt}`,
    `  first difference: ${(firstKey ?? 'in the order of equal rows').slice(0, 56)}`,
  ]);
}
