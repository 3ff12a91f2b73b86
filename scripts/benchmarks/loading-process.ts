/** Our own loading as a contestant: a process of its own, so that its memory is nobody else's. */
import { fork } from 'node:child_process';
import path from 'node:path';
import type { LoadOutcome } from '../../activities/load/load-files.ts';
import { childEnvironment } from '../../stack/environment.ts';
import { SMALL_NURSERY } from '../../stack/node-script.ts';
import { answerOf, endChild } from './child-answer.ts';

const NAME = 'the loading process';

export interface LoadRequest {
  /** Hashes of stored files. */
  files: string[];
}

export type LoadAnswer =
  | { outcomes: LoadOutcome[]; seconds: number; peakMb: number | null }
  | { error: string };

export interface Loaded {
  outcomes: LoadOutcome[];
  /** Of the activity alone: what a process or a connection takes to start is paid once a day. */
  seconds: number;
  /** Since the process began; null where the system does not tell. */
  peakMb: number | null;
}

export interface LoadingProcess {
  pid: number;
  load(files: string[]): Promise<Loaded>;
  end(): Promise<void>;
}

/** Starts a process that loads into a database; the object store is that of the home. */
export async function startLoadingProcess(home: string, databaseUrl: string): Promise<LoadingProcess> {
  const child = fork(path.join(import.meta.dirname, 'loading-child.ts'), {
    env: childEnvironment({ SMART_ETL_HOME: home, SMART_ETL_DATABASE_URL: databaseUrl }),
    execArgv: ['--disable-warning=ExperimentalWarning', SMALL_NURSERY],
    // The document on stdout is ours alone.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  await answerOf<{ ready: true }>(child, NAME);
  return {
    pid: child.pid!,
    async load(files) {
      const answer = answerOf<LoadAnswer>(child, NAME);
      child.send({ files } satisfies LoadRequest);
      const said = await answer;
      if ('error' in said) throw new Error(`loading failed: ${said.error}`);
      return said;
    },
    end: () => endChild(child),
  };
}
