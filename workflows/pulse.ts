import { log } from '@temporalio/workflow';
import { pulsesOn } from './calls.ts';
import { TASK_QUEUES } from './names.ts';

/**
 * Does nothing on every task queue: that it is done shows that each is worked on. One that is busy with long work, or
 * that nobody works on, is waited for no longer than until the next pulse.
 */
export async function pulse(): Promise<void> {
  const queues = Object.values(TASK_QUEUES);
  const outcomes = await Promise.allSettled(queues.map((queue) => pulsesOn(queue).pulse()));
  const silent = queues.filter((_, index) => outcomes[index]!.status === 'rejected');
  if (silent.length > 0) log.warn('queues without a pulse', { silent });
}
