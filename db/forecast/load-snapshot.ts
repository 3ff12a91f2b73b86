import type { Snapshot } from '../../models/forecast/snapshot.ts';
import { loadOutsideFacts } from '../detect/outside-facts.ts';
import type { Queryable } from '../pool.ts';
import { loadHistories, loadHostSeries } from './history.ts';

/** All that training and forecasting may know at a cutoff. `time`: whose clock tells when things became known. */
export async function loadSnapshot(
  client: Queryable,
  cutoff: Date,
  time: 'wall' | 'data',
): Promise<Snapshot> {
  const histories = await loadHistories(client, cutoff);
  const hostSeries = await loadHostSeries(client, cutoff, time);
  const facts = await loadOutsideFacts(client, cutoff, time);
  return { cutoff: cutoff.getTime(), histories, hostSeries, facts };
}
