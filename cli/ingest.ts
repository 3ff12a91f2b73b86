import { loadConfig } from '../config.ts';
import { type FileLedger, findFiles } from '../db/files.ts';
import { batchOf, workflowIds } from '../workflows/names.ts';
import { withConnections } from './connections.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { createProgress } from './progress.ts';
import { runWorkflow } from './run-workflow.ts';
import { filesOf, storeFiles } from './store-paths.ts';

/** Files of one workflow: its arguments stay small and readable. */
const BATCH_FILES = 200;

/**
 * `smart-etl ingest PATH…`: loads files through the same workflow as the collection, and accounts for every row.
 *
 * @returns 0; 1 when no file could be read as a table; 7 when some could not
 */
export async function ingest(
  paths: readonly string[],
  { source, json = false }: { source: string; json?: boolean },
): Promise<ExitCode> {
  const files = await filesOf(paths);
  const config = loadConfig();
  const ledger = await withConnections(config, async ({ pool, temporal }) => {
    const progress = createProgress();
    try {
      progress.step(`storing ${files.length} originals`);
      const hashes = await storeFiles(config, pool, source, files);
      progress.done(`${hashes.length} different`);
      for (let from = 0; from < hashes.length; from += BATCH_FILES) {
        const batch = hashes.slice(from, from + BATCH_FILES);
        progress.step(`loading ${batch.length} files`);
        const id = workflowIds.ingestFiles(source, batchOf(batch));
        await runWorkflow(
          temporal,
          'ingestFiles',
          id,
          { source, files: batch },
          `Load ${batch.length} files`,
        );
        progress.done('accounted for');
      }
      return await findFiles(pool, hashes);
    } finally {
      progress.end();
    }
  });
  if (json) console.log(JSON.stringify({ files: ledger }));
  else for (const file of ledger) console.log(accountOf(file));
  const refused = ledger.filter((file) => file.state !== 'loaded').length;
  if (refused === 0) return EXIT.ok;
  return refused === ledger.length ? EXIT.negative : EXIT.partial;
}

const accountOf = (file: FileLedger): string =>
  file.state === 'loaded'
    ? `${file.name}: ${file.rowsIn} rows = ${file.rowsLoaded} loaded + ${file.rowsDuplicate} duplicate + ${file.rowsQuarantined} quarantined`
    : file.state === 'stored'
      ? `${file.name}: waits, source ${file.source} is paused: see \`smart-etl quarantine list\``
      : `${file.name}: ${file.state}: ${file.refusalDetail} (${file.refusalCode})`;
