import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import { innermostCause } from '../../services/innermost-cause.ts';
import { ProblemError, problemOf } from '../http/problem.ts';
import type { LazyTemporal } from '../temporal.ts';
import type { Acted } from './incident-actions.ts';
import type { Said } from './said.ts';

/** How often it is looked whether it is done. */
const LOOK_MS = 200;
/** Whoever clicked waits no longer. */
const PATIENCE_MS = 20_000;

/**
 * What came of a workflow: that it is done, or why not. People may be told by mail afterwards, which may take long;
 * nobody waits for that here. It is asked again and again: a call that waits for the end would outlive the request.
 *
 * @param words of whoever asks
 * @param said the sentence of a success
 * @param isDone whether it shows already, before the workflow ends
 * @throws ProblemError 409 with the sentence of the innermost cause
 */
export async function followToEnd(
  temporal: LazyTemporal,
  workflowId: string,
  words: Said,
  said: string,
  isDone: () => Promise<boolean> = async () => false,
): Promise<Acted> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_MS) {
    if (await isDone()) return { said, workflowId };
    const failure = await temporal.call(async (client) => {
      const handle = client.workflow.getHandle(workflowId);
      const { status } = await handle.describe();
      if (status.name === 'RUNNING') return 'none yet';
      return handle.result().then(
        () => null,
        (error: unknown) => error,
      );
    });
    if (failure === null) return { said, workflowId };
    if (failure instanceof WorkflowFailedError) throw conflict(failure, words);
    if (failure !== 'none yet') throw failure;
    await pause(LOOK_MS);
  }
  return { said: words.underWay(workflowId), workflowId };
}

/** The sentence of the innermost cause: somebody was faster, or it cannot be. */
export function conflict(error: Error, words: Said): ProblemError {
  return new ProblemError(problemOf('not-done', 409, words.notDone(innermostCause(error).message)));
}
