/**
 * The child process of a loading benchmark: what a worker has, without Temporal around it. Gets hashes of stored
 * files, runs the real activity on them, and answers with what it took.
 */
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { createLoadFiles, type LoadOutcome } from '../../activities/load/load-files.ts';
import { loadConfig } from '../../config.ts';
import { createDependencies } from '../../worker/dependencies.ts';
import type { LoadAnswer, LoadRequest } from './loading-process.ts';
import { peakMb } from './memory.ts';

const dependencies = createDependencies(loadConfig(), pino({ level: 'silent' }));
const loadFiles = createLoadFiles(dependencies);

/** Calls the activity until every file is dealt with, as the workflow does. */
async function load({ files }: LoadRequest): Promise<LoadAnswer> {
  try {
    const startedMs = performance.now();
    const outcomes: LoadOutcome[] = [];
    for (let from = 0; from < files.length; ) {
      const input = { files: files.slice(from) };
      const outcome = (await new MockActivityEnvironment().run(loadFiles, input)) as LoadOutcome;
      outcomes.push(outcome);
      from += outcome.done;
    }
    return { outcomes, seconds: (performance.now() - startedMs) / 1000, peakMb: peakMb('self') };
  } catch (error) {
    return { error: (error as Error).stack ?? String(error) };
  }
}

process.on('message', (request: LoadRequest) => {
  void load(request).then((answer) => process.send!(answer));
});
process.once('disconnect', () => process.exit(0));
// Connected beforehand, as a worker is.
await dependencies.pool.query('select 1');
process.send!({ ready: true });
