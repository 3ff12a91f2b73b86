import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../config.ts';
import { describeContract } from '../../models/contract/describe-contract.ts';
import { evidenceLines } from '../../models/contract/evidence-lines.ts';
import type { FileSample } from '../../models/contract/file-sample.ts';
import { detectAnyTable, readSample } from '../../models/contract/file-sample.ts';
import { type InferredContract, inferContract, kindOf } from '../../models/contract/infer-contract.ts';
import { contractYaml } from '../../services/contract-file.ts';
import { readFileStart } from '../../services/file-start.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { filesOf } from '../options/store-paths.ts';
import { ConflictError } from '../options/usage-error.ts';
import { requireSource } from './contract-text.ts';

/** As much of a file as decides about it when it is loaded. */
export const SAMPLE_BYTES = 64 * 1024;
/** Of more files these many, spread evenly over the list, say as much. */
const MAX_FILES = 500;

interface Proposal extends InferredContract {
  /** Files that are no tables, and why. */
  notRead: { file: string; detail: string }[];
}

/**
 * `smart-etl contract infer PATH…`: proposes a contract with its evidence, as YAML or JSON.
 *
 * @returns 0; 1 when no table was found or a column is missing that every such file needs; 7 when some files are no
 *   tables
 */
export async function inferFrom(
  paths: readonly string[],
  { source, out, json = false }: { source?: string; out?: string; json?: boolean },
): Promise<ExitCode> {
  const configured = source === undefined ? null : requireSource(loadConfig(), source);
  const files = await filesOf(paths);
  const proposal = await propose(spread(files, MAX_FILES), configured?.kind ?? null);
  const { contract, evidence, notRead } = proposal;
  const yaml = contractYaml(describeContract(contract), evidenceLines(proposal));
  if (out !== undefined && evidence.files > 0) await writeNew(out, yaml);
  if (json) console.log(JSON.stringify({ contract: describeContract(contract), evidence, notRead }));
  else if (out === undefined && evidence.files > 0) process.stdout.write(yaml);
  for (const { file, detail } of notRead) console.error(`${path.basename(file)}: ${detail}`);
  if (out !== undefined && evidence.files > 0) {
    console.error(`written to ${out}: ${contract.columns.length} columns, from ${evidence.files} files`);
  }
  if (evidence.missingFields.length > 0) {
    console.error(`no column found for ${evidence.missingFields.join(', ')}: name it by hand`);
    return EXIT.negative;
  }
  return notRead.length > 0 ? EXIT.partial : EXIT.ok;
}

async function propose(files: readonly string[], known: 'runs' | 'metrics' | null): Promise<Proposal> {
  const notRead: Proposal['notRead'] = [];
  const starts: { file: string; header: string[]; sample: FileSample }[] = [];
  for (const file of files) {
    const sample = await sampleOf(file, known ?? 'runs').catch((error: Error) => error.message);
    if (typeof sample === 'string') notRead.push({ file, detail: sample });
    else starts.push({ file, header: sample.header, sample });
  }
  const kind = known ?? kindOf(starts.map(({ header }) => header));
  return {
    ...inferContract(
      starts.map(({ sample }) => sample),
      kind,
    ),
    notRead,
  };
}

/** The sample of a file, or a sentence that says why there is none. */
async function sampleOf(file: string, kind: 'runs' | 'metrics'): Promise<FileSample | string> {
  const { bytes, complete } = await readFileStart(file, SAMPLE_BYTES);
  const detected = detectAnyTable(bytes, complete, kind);
  return 'code' in detected ? detected.detail : readSample(bytes, complete, detected.dialect);
}

/** At most `count` of the items, evenly spread. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, at) => items[Math.floor((at * items.length) / count)]!);
}

async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw new ConflictError(`${file} is there already: remove it or choose another name`);
  });
}
