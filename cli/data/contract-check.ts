import path from 'node:path';
import { loadConfig } from '../../config.ts';
import { type ContractFinding, checkFile, findingText } from '../../models/contract/check-file.ts';
import type { Contract } from '../../models/contract/contract.ts';
import { readSample } from '../../models/contract/file-sample.ts';
import { detectByContract } from '../../models/contract/inspect-by-contract.ts';
import { readFileStart } from '../../services/file-start.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { filesOf } from '../options/store-paths.ts';
import { UsageError } from '../options/usage-error.ts';
import { SAMPLE_BYTES } from './contract-infer.ts';
import { acceptedText, readContractFile } from './contract-text.ts';

interface CheckedFile {
  file: string;
  /** What would become of it: held as a whole, refused as no table, or loaded. */
  outcome: 'held' | 'refused' | 'loaded';
  /** Why it is refused. */
  detail: string | null;
  findings: ContractFinding[];
}

/**
 * `smart-etl contract check PATH…`: tells what the loading would say of files, without loading them.
 *
 * @returns 0 when all would be loaded; 1 when one would be held or refused
 */
export async function checkAgainst(
  paths: readonly string[],
  { contract: file, source, json = false }: { contract?: string; source?: string; json?: boolean },
): Promise<ExitCode> {
  if ((file === undefined) === (source === undefined)) {
    throw new UsageError('say either --contract FILE or --source NAME');
  }
  const files = await filesOf(paths);
  const { contract } =
    file !== undefined
      ? await readContractFile(file)
      : await withDatabase(loadConfig(), (pool) => acceptedText(pool, source!));
  const checked: CheckedFile[] = [];
  for (const one of files) checked.push(await checkOne(contract, one));
  if (json) console.log(JSON.stringify({ version: contract.version, files: checked }));
  else for (const one of checked) console.log(linesOf(one).join('\n'));
  return checked.every(({ outcome }) => outcome === 'loaded') ? EXIT.ok : EXIT.negative;
}

async function checkOne(contract: Contract, file: string): Promise<CheckedFile> {
  const refused = (detail: string): CheckedFile => ({ file, outcome: 'refused', detail, findings: [] });
  let start: Awaited<ReturnType<typeof readFileStart>>;
  try {
    start = await readFileStart(file, SAMPLE_BYTES);
  } catch (error) {
    return refused((error as Error).message);
  }
  const detected = detectByContract(contract, start.bytes, start.complete);
  if ('code' in detected) return refused(detected.detail);
  const findings = checkFile(contract, readSample(start.bytes, start.complete, detected.dialect));
  const outcome = findings.some(({ breaking }) => breaking) ? 'held' : 'loaded';
  return { file, outcome, detail: null, findings };
}

const WORDS = { held: 'would be held', refused: 'would be refused', loaded: 'keeps the contract' };

function linesOf({ file, outcome, detail, findings }: CheckedFile): string[] {
  const head = `${path.basename(file)}: ${WORDS[outcome]}${detail === null ? '' : `: ${detail}`}`;
  return [head, ...findings.map((finding) => `  ${finding.breaking ? '!' : '-'} ${findingText(finding)}`)];
}
