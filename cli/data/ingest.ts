import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type Config, loadConfig } from '../../config.ts';
import { type FileLedger, findFiles } from '../../db/load/files.ts';
import { finishedNames, isUnfinishedName } from '../../models/intake/file-names.ts';
import { intakeOf } from '../../models/intake/intake-options.ts';
import { watchFolder } from '../../services/folder-watch.ts';
import { batchOf, workflowIds } from '../../workflows/names.ts';
import { type Connections, withConnections } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { filesOf, storeFiles } from '../options/store-paths.ts';
import { UsageError } from '../options/usage-error.ts';
import { createProgress } from '../progress.ts';
import { runWorkflow } from '../run-workflow.ts';

/** Files of one workflow: its arguments stay small and readable. */
const BATCH_FILES = 200;

interface IngestOptions {
  source: string;
  json?: boolean;
  /** Go on with what comes into the folders, until Ctrl-C. */
  watch?: boolean;
}

/**
 * `smart-etl ingest PATH…`: loads files through the same workflow as the collection, and accounts for every row.
 *
 * @returns 0; 1 when no file could be read as a table; 7 when some could not
 */
export async function ingest(
  paths: readonly string[],
  { source, json = false, watch = false }: IngestOptions,
): Promise<ExitCode> {
  if (watch && json)
    throw new UsageError('--watch has no end, so it has no one JSON document: leave --json out');
  const files = await filesOf(paths, watch);
  const config = loadConfig();
  return withConnections(config, async (open) => {
    const ledger = await load(open, config, source, files);
    if (json) console.log(JSON.stringify({ files: ledger }));
    else for (const file of ledger) console.log(accountOf(file));
    if (watch) await loadWhatComes(open, config, source, paths);
    return exitCodeOf(ledger);
  });
}

/** Stores and loads files; the ledger's lines of them. */
async function load(
  { pool, temporal }: Connections,
  config: Config,
  source: string,
  files: readonly string[],
): Promise<FileLedger[]> {
  if (files.length === 0) return [];
  const progress = createProgress();
  try {
    progress.step(`storing ${files.length} originals`);
    const { all, toLoad } = await storeFiles(config, pool, source, files);
    progress.done(`${all.length} different`);
    for (let from = 0; from < toLoad.length; from += BATCH_FILES) {
      const batch = toLoad.slice(from, from + BATCH_FILES);
      progress.step(`loading ${batch.length} files`);
      const id = workflowIds.ingestFiles(source, batchOf(batch));
      await runWorkflow(temporal, 'ingestFiles', id, { source, files: batch }, `Load ${batch.length} files`);
      progress.done('accounted for');
    }
    return await findFiles(pool, all);
  } finally {
    progress.end();
  }
}

/** Loads files as they become complete in the given folders, one after the other, until Ctrl-C. */
async function loadWhatComes(
  open: Connections,
  config: Config,
  source: string,
  paths: readonly string[],
): Promise<void> {
  const { settleMs } = intakeOf(config.sources.find(({ name }) => name === source)?.intake);
  const stopped = Promise.withResolvers<void>();
  let last: Promise<void> = Promise.resolve();
  const folders = (
    await Promise.all(paths.map(async (one) => ((await stat(one)).isDirectory() ? [one] : [])))
  ).flat();
  if (folders.length === 0) throw new UsageError('--watch expects a folder');
  const watches = folders.map((folder) =>
    watchFolder(folder, {
      settleMs,
      growing: false,
      isWanted: (name) => !isUnfinishedName(name),
      finishedNames,
      onComplete: (names) => {
        const files = names.map((name) => path.resolve(folder, name));
        last = last.then(async () => {
          for (const file of await load(open, config, source, files)) console.log(accountOf(file));
        });
        last.catch(stopped.reject);
      },
      onLost: (reason) => stopped.reject(new UsageError(`${folder} cannot be watched: ${reason}`)),
    }),
  );
  process.once('SIGINT', stopped.resolve);
  process.once('SIGTERM', stopped.resolve);
  console.error(`  watching ${folders.join(', ')} until Ctrl-C`);
  try {
    await stopped.promise;
    await last;
  } finally {
    for (const one of watches) one.close();
  }
}

/** 0 when everything was loaded, 1 when nothing, 7 when a part. An archive counts by its members. */
function exitCodeOf(ledger: readonly FileLedger[]): ExitCode {
  const tables = ledger.filter((file) => file.state !== 'unpacked');
  const loaded = tables.filter((file) => file.state === 'loaded').length;
  if (loaded === tables.length) return EXIT.ok;
  return loaded === 0 ? EXIT.negative : EXIT.partial;
}

function accountOf(file: FileLedger): string {
  if (file.state === 'unpacked') return `${file.name}: an archive; its files are told one by one`;
  return file.state === 'loaded'
    ? `${file.name}: ${file.rowsIn} rows = ${file.rowsLoaded} loaded + ${file.rowsDuplicate} duplicate + ${file.rowsQuarantined} quarantined`
    : file.state === 'stored'
      ? `${file.name}: waits, source ${file.source} is paused: see \`smart-etl quarantine list\``
      : `${file.name}: ${file.state}: ${file.refusalDetail} (${file.refusalCode})`;
}
