import { loadConfig } from '../../config.ts';
import { requestErasure } from '../../db/load/erasures.ts';
import { workflowIds } from '../../workflows/names.ts';
import { withConnections } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../options/usage-error.ts';
import { createProgress } from '../progress.ts';
import { runWorkflow } from '../run-workflow.ts';
import { decisionOf } from './quarantine.ts';

/** A shorter name is a part of too many words, a longer one is none. */
const NAME_LENGTH = { least: 3, most: 200 };

/**
 * `smart-etl erase-owner NAME`: erases a person from originals and tables. Cannot be undone.
 *
 * @returns 0; 7 when there are originals that cannot be unpacked to look into them
 */
export async function eraseOwner(
  given: string,
  options: { who?: string; why: string; yes?: boolean; json?: boolean },
): Promise<ExitCode> {
  const name = given.trim();
  if (name.length < NAME_LENGTH.least || name.length > NAME_LENGTH.most) {
    throw new UsageError(`NAME must have ${NAME_LENGTH.least} to ${NAME_LENGTH.most} characters`);
  }
  if (!options.yes) {
    throw new UsageError(
      'this cannot be undone; say --yes when no file naming them is left in a drop folder',
    );
  }
  const { who, why } = decisionOf(options, '');
  const outcome = await withConnections(loadConfig(), async ({ pool, temporal }) => {
    const progress = createProgress();
    try {
      progress.step('reading every original');
      const erasureId = await requestErasure(pool, { name, requestedBy: who, why });
      const id = workflowIds.eraseOwner(erasureId);
      const done = await runWorkflow(temporal, 'eraseOwner', id, { erasureId }, `Erasure ${erasureId}`);
      progress.done(`${done.originals} replaced, tables made anew`);
      return { erasureId, ...done };
    } finally {
      progress.end();
    }
  });
  if (options.json) console.log(JSON.stringify(outcome));
  else {
    const { erasureId, originals, deleted, unreadable } = outcome;
    console.log(`erasure ${erasureId}: ${originals} originals replaced, ${deleted} objects deleted`);
    if (unreadable > 0) console.log(`${unreadable} damaged originals could not be looked into`);
  }
  return outcome.unreadable > 0 ? EXIT.partial : EXIT.ok;
}
