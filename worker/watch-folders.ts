import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { finishedNames, isUnfinishedName } from '../models/intake/file-names.ts';
import { intakeOf } from '../models/intake/intake-options.ts';
import { watchFolder } from '../services/folder-watch.ts';
import { connectTemporal } from '../services/temporal-link.ts';
import type * as workflows from '../workflows/index.ts';
import { scheduleIds, TASK_QUEUES, workflowIds } from '../workflows/names.ts';

/**
 * Has files collected as soon as they are complete. What a watch misses the look by schedule finds: network shares
 * send no notices and are left to it altogether.
 */
export async function watchFolders(config: Config, logger: Logger): Promise<{ close(): Promise<void> }> {
  const { connection, client } = await connectTemporal(config);
  const wake = async (source: string, names: string[], moved: string[]) => {
    try {
      // Whoever pauses the schedule of a source means that nothing of it is collected.
      const { state } = await client.schedule.getHandle(scheduleIds.collect(source)).describe();
      if (state.paused) return;
      await client.workflow.signalWithStart('collect' satisfies keyof typeof workflows, {
        workflowId: workflowIds.collectArrived(source),
        taskQueue: TASK_QUEUES.control,
        args: [{ source, paths: [] }],
        signal: 'arrived',
        signalArgs: [names, moved],
        staticSummary: `Collect what arrived for ${source}`,
      });
    } catch (error) {
      logger.warn({ source, reason: (error as Error).message }, 'what arrived waits for the next look');
    }
  };
  const watches = config.sources.flatMap(({ name, folder, intake }) => {
    const { network, growing, settleMs } = intakeOf(intake);
    if (network) return [];
    return watchFolder(folder, {
      settleMs,
      growing,
      isWanted: (file) => !isUnfinishedName(file),
      finishedNames,
      onComplete: (names, moved) => void wake(name, names, moved),
      onLost: (reason) =>
        logger.warn({ source: name, reason }, 'its folder is not watched, only looked into'),
    });
  });
  return {
    async close() {
      for (const one of watches) one.close();
      await connection.close();
    },
  };
}
