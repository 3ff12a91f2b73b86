/** The peers in Python: their packages in the cache, each load in a process of its own. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from '../../stack/environment.ts';
import { benchFolder } from './bench-place.ts';
import { say } from './progress.ts';

const run = promisify(execFile);
const PEERS = path.join(import.meta.dirname, '..', 'peers');

/** There is no Python to run the peers with. */
export class PythonMissing extends Error {
  override name = 'PythonMissing';
}

export interface PeerLoad {
  seconds: number;
  peakMb: number;
}

export interface PythonPeers {
  /** Versions of Python and of the packages. */
  versions: Record<string, string>;
  /** Loads a file into the table `run_p` of a database. */
  load(contestant: string, file: string, databaseUrl: string): Promise<PeerLoad>;
}

/** What is written for Python, by the name of its file in `scripts/peers`. */
export const peerScript = (name: string): string => path.join(PEERS, name);

/**
 * Makes a virtual environment with the pinned packages, once for each list of them.
 *
 * @param requirementsFile in `scripts/peers`
 * @returns its Python, and the versions of Python and of the packages
 * @throws PythonMissing; Error with pip's last words
 */
export async function pythonWith(
  requirementsFile: string,
): Promise<{ python: string; versions: Record<string, string> }> {
  const requirements = readFileSync(peerScript(requirementsFile), 'utf8');
  const digest = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
  const folder = path.join(benchFolder(), `peers-${digest}`);
  const python = path.join(folder, 'bin', 'python');
  // Written last: an interrupted installation is done again. It cannot be renamed, its scripts know their place.
  const complete = path.join(folder, 'complete');
  if (!existsSync(complete)) {
    say('installing the peers (once)');
    mkdirSync(folder, { recursive: true });
    await run('python3', ['-m', 'venv', '--clear', folder]).catch((error: Error) => {
      throw new PythonMissing(
        `the peers need python3 with venv (${error.message.split('\n')[0]}); see --help for leaving them out`,
      );
    });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:'];
    await run(python, [...pip, '-r', peerScript(requirementsFile)]);
    writeFileSync(complete, '');
  }
  const { stdout } = await run(python, ['--version']);
  const pinned = [...requirements.matchAll(/^([\w-]+)==(\S+)$/gm)].map(([, name, version]) => [
    name,
    version,
  ]);
  return {
    python,
    versions: { python: stdout.trim().replace('Python ', ''), ...Object.fromEntries(pinned) },
  };
}

/** The peers of loading. @throws as `pythonWith` */
export async function preparePeers(): Promise<PythonPeers> {
  const { python, versions } = await pythonWith('requirements.txt');
  return {
    versions,
    async load(contestant, file, databaseUrl) {
      const loaded = await run(python, [peerScript('load_runs.py'), contestant, file], {
        env: childEnvironment({ PG: databaseUrl }),
      });
      return JSON.parse(loaded.stdout) as PeerLoad;
    },
  };
}
