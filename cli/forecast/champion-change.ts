import { setTimeout as pause } from 'node:timers/promises';
import { readAliasChanges } from '../../db/forecast/model-aliases.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import type { Connections } from '../connections.ts';

/** How often it is looked whether the champion has changed. */
const LOOK_MS = 200;

/**
 * Awaits a workflow that changes the champion, or the change itself where that is sooner: people are told by mail
 * afterwards, which takes long where the mail server does not answer, and nobody waits for that.
 *
 * @param begin starts the workflow of that id and ends with it
 * @param changed what came of it, of the version that serves by now
 * @throws what `begin` throws, before the change
 */
export async function endOrChange<Outcome>(
  { pool, temporal }: Connections,
  workflowId: string,
  begin: () => Promise<Outcome>,
  changed: (version: number) => Outcome,
): Promise<Outcome> {
  const newest = async () => (await readAliasChanges(pool, FAILURE_MODEL, 1))[0];
  const before = await newest();
  const giveUp = new AbortController();
  const end = temporal.withAbortSignal(giveUp.signal, begin);
  end.catch(() => {});
  for (;;) {
    const isOver = await Promise.race([end.then(() => true), pause(LOOK_MS, false)]);
    if (isOver) return end;
    const change = await newest();
    const isOurs = change?.alias === 'champion' && change.workflowId === workflowId;
    if (isOurs && change.at > (before?.at ?? 0) && change.toVersion !== null) {
      // A call that is still open would keep the process.
      giveUp.abort();
      return changed(change.toVersion);
    }
  }
}
