import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir, rename, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { homeFolder, isHomeChosen } from '../config.ts';
import type { RerunRule } from '../models/detect/rerun-executor.ts';
import { makeHome } from '../stack/private-files.ts';
import { ConflictError } from './options/usage-error.ts';
import { estateFolder } from './simulate/estate-folder.ts';
import { estateIn, simulateEstate } from './simulate/simulate.ts';

/** What a demo runs on. */
export interface Dataset {
  /** `simulated`, or a name made from the bytes of the input files. */
  name: string;
  files: { path: string; sha256: string }[];
}

/** The data set that the given run logs are; without any, the simulated estate. */
export async function datasetOf(inputs: readonly string[]): Promise<Dataset> {
  const files: Dataset['files'] = [];
  for (const input of inputs) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(input), hash);
    files.push({ path: input, sha256: hash.digest('hex') });
  }
  if (files.length === 0) return { name: 'simulated', files };
  const all = createHash('sha256').update(
    files
      .map(({ sha256 }) => sha256)
      .sort()
      .join(),
  );
  return { name: `input-${all.digest('hex').slice(0, 8)}`, files };
}

const markOf = (home: string) => path.join(home, 'demo.json');

function datasetIn(home: string): string | null {
  if (!existsSync(home) || readdirSync(home).length === 0) return null;
  if (!existsSync(markOf(home))) return 'no demo';
  return (JSON.parse(readFileSync(markOf(home), 'utf8')) as { dataset: string }).dataset;
}

/**
 * The state folder for a data set: the usual one when it is new or holds the same data set, else one beside it, so
 * that two data sets never mix.
 *
 * @throws ConflictError when the caller chose a folder that holds something else.
 */
export function demoHome(dataset: Dataset): string {
  const usual = homeFolder();
  const present = datasetIn(usual);
  if (present === null || present === dataset.name) return usual;
  if (isHomeChosen()) {
    throw new ConflictError(
      `${usual} holds ${present === 'no demo' ? 'an estate of its own' : `the demo of ${present}`}; choose another SMART_ETL_HOME`,
    );
  }
  return `${usual}-${dataset.name}`;
}

/** Makes the folder a demo of that data set: its mark, and settings by which now is the last arrival. */
export function markDemoHome(home: string, dataset: Dataset): void {
  makeHome(home);
  writeFileSync(markOf(home), `${JSON.stringify({ dataset: dataset.name })}\n`);
  const settings = path.join(home, 'smart-etl.json');
  if (existsSync(settings)) return;
  const made = { time: 'data', ...(dataset.name === 'simulated' && { rerun: [simulatedScheduler(home)] }) };
  writeFileSync(settings, `${JSON.stringify(made, null, 2)}\n`);
}

/** How jobs of the simulated estate are started again: see `simulateRerun`. */
function simulatedScheduler(home: string): RerunRule {
  const main = path.join(import.meta.dirname, 'main.ts');
  const program = [process.execPath, '--disable-warning=ExperimentalWarning', main, 'simulate-rerun'];
  const asked = ['--job={job}', '--asked={asked}', '--key={key}'];
  return {
    jobs: '*',
    startWithinMinutes: 5,
    command: [...program, '--out', path.join(home, 'drop'), ...asked],
  };
}

/** Puts the data set into the drop folders, once; returns what it is in words. */
export async function fillDropFolders(home: string, dataset: Dataset): Promise<string> {
  const drop = path.join(home, 'drop');
  if (dataset.files.length === 0) {
    if ((await estateIn(estateFolder(drop))) === null) await simulateEstate({ out: drop });
    return 'a simulated estate of 120 jobs on 8 servers, 180 days';
  }
  const runs = path.join(drop, 'runs');
  await mkdir(runs, { recursive: true });
  for (const { path: source, sha256 } of dataset.files) {
    const target = path.join(runs, `${sha256.slice(0, 8)}-${path.basename(source)}`);
    if (existsSync(target)) continue;
    const { atime, mtime } = await stat(source);
    await copyFile(source, `${target}.part`);
    await utimes(`${target}.part`, atime, mtime);
    await rename(`${target}.part`, target);
  }
  return dataset.files.map(({ path: source }) => path.basename(source)).join(', ');
}
