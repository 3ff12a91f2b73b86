/** What is there and what is missing on this machine, for `smart-etl doctor`. Changes nothing. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type BinaryName, findBinary, findPostgres } from './binaries.ts';
import { childEnvironment } from './environment.ts';
import { lockHolder } from './home-lock.ts';
import { isPortFree, type PortName, USUAL_PORTS } from './ports.ts';
import { readPrivateJson } from './private-files.ts';

export interface Finding {
  what: string;
  /** `missing`, `old` and `unsafe` are to be cured; `note` is worth knowing and stops nothing. */
  state: 'ok' | 'missing' | 'old' | 'unsafe' | 'note';
  /** Version, place, figure. */
  found: string;
  /** What can come of it, of what is unsafe. */
  why?: string;
  /** What to do about it. */
  cure?: string;
}

const OLDEST_NODE = { major: 22, minor: 18 };
/** Programs, packages, a quarter of a year of logs and the models. */
const NEEDED_DISK_GB = 5;

/** First line that a program says, or undefined when it is not on PATH or does not run. */
async function firstLine(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: 20_000 });
    return stdout.split('\n')[0]!.trim();
  } catch {
    return undefined;
  }
}

/** Where PATH finds a program. */
export function whichProgram(
  program: string,
  searchPath = childEnvironment().PATH ?? '',
): string | undefined {
  for (const folder of searchPath.split(path.delimiter)) {
    const file = path.join(folder, program);
    try {
      if (folder === '') continue;
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

function inspectNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNewEnough =
    major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor);
  const found = `${process.versions.node}, ${process.execPath}`;
  if (isNewEnough) return { what: 'Node', state: 'ok', found };
  const cure = `Node ${OLDEST_NODE.major}.${OLDEST_NODE.minor} or later is needed: run scripts/bootstrap, or install it`;
  return { what: 'Node', state: 'old', found, cure };
}

async function inspectNpm(): Promise<Finding> {
  const version = await firstLine('npm', '--version');
  if (version !== undefined) return { what: 'npm', state: 'ok', found: version };
  return {
    what: 'npm',
    state: 'note',
    found: 'not on PATH',
    cure: 'needed to install packages: comes with Node',
  };
}

/** Go only builds what is not there otherwise. */
async function inspectGo(): Promise<Finding> {
  const version = await firstLine('go', 'version');
  if (version !== undefined) return { what: 'Go', state: 'ok', found: version.replace(/^go version go/, '') };
  const cure = 'needed only to build Temporal or MinIO: https://go.dev/dl';
  return { what: 'Go', state: 'note', found: 'not on PATH', cure };
}

async function inspectPostgres(): Promise<Finding> {
  const what = 'PostgreSQL';
  try {
    const { postgres } = findPostgres();
    const version = await firstLine(postgres, '--version');
    if (version !== undefined)
      return { what, state: 'ok', found: `${version.replace(/^.*\) /, '')}, from npm` };
    const found = `${postgres} does not run`;
    return { what, state: 'missing', found, cure: 'delete node_modules and run scripts/bootstrap' };
  } catch (error) {
    return { what, state: 'missing', found: (error as Error).message, cure: 'run scripts/bootstrap' };
  }
}

async function inspectServer(what: string, name: BinaryName): Promise<Finding> {
  const cure = `run scripts/bootstrap, which takes ${name} from PATH, its cache, or builds it with Go`;
  try {
    const binary = findBinary(name);
    const runs = (await firstLine(binary.path, '--version')) !== undefined;
    const found = `${binary.version}, ${binary.path} (${binary.from})`;
    return runs
      ? { what, state: 'ok', found }
      : { what, state: 'missing', found: `does not run: ${found}`, cure };
  } catch (error) {
    return { what, state: 'missing', found: (error as Error).message, cure };
  }
}

async function inspectPorts(home: string): Promise<Finding> {
  const what = 'ports';
  const holder = lockHolder(home);
  if (holder) return { what, state: 'ok', found: `in use by Smart ETL itself (process ${holder.pid})` };
  const remembered = readPrivateJson<Partial<Record<PortName, number>>>(path.join(home, 'ports.json'));
  const wanted = Object.values({ ...USUAL_PORTS, ...remembered });
  const free = await Promise.all(wanted.map(isPortFree));
  const taken = wanted.filter((_, index) => !free[index]);
  if (taken.length === 0) return { what, state: 'ok', found: `free: ${wanted.join(', ')}` };
  return { what, state: 'note', found: `taken: ${taken.join(', ')}`, cure: 'free ones are used instead' };
}

/** The folder itself, or the nearest one above that exists. */
const nearestFolder = (folder: string): string =>
  existsSync(folder) ? folder : nearestFolder(path.dirname(folder));

function inspectHome(home: string): Finding {
  const folder = nearestFolder(home);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return { what: 'home', state: 'ok', found: `${home}${folder === home ? '' : ' (will be made)'}` };
  } catch {
    const cure = 'set SMART_ETL_HOME to a folder that you may write to';
    return { what: 'home', state: 'missing', found: `${folder} cannot be written to`, cure };
  }
}

function inspectDisk(home: string): Finding {
  const { bavail, bsize } = statfsSync(nearestFolder(home));
  const freeGb = (bavail * bsize) / 1e9;
  const found = `${freeGb.toFixed(1)} GB free in ${nearestFolder(home)}`;
  if (freeGb >= NEEDED_DISK_GB) return { what: 'disk', state: 'ok', found };
  return { what: 'disk', state: 'missing', found, cure: `make room: ${NEEDED_DISK_GB} GB are needed` };
}

async function inspectBrowser(): Promise<Finding> {
  const file = ['chromium', 'chromium-browser', 'google-chrome']
    .map((name) => whichProgram(name))
    .find(Boolean);
  if (file !== undefined) {
    return { what: 'Chromium', state: 'ok', found: `${(await firstLine(file, '--version')) ?? ''}, ${file}` };
  }
  const cure =
    'needed only for the browser tests: apt-get install chromium, or npx playwright-core install chromium';
  return { what: 'Chromium', state: 'note', found: 'not on PATH', cure };
}

/** Everything the stack needs on this machine, in the order in which it is needed. */
export const inspect = (home: string): Promise<Finding[]> =>
  Promise.all([
    inspectNode(),
    inspectNpm(),
    inspectGo(),
    inspectPostgres(),
    inspectServer('Temporal', 'temporal'),
    inspectServer('MinIO', 'minio'),
    inspectPorts(home),
    inspectHome(home),
    inspectDisk(home),
    inspectBrowser(),
  ]);
