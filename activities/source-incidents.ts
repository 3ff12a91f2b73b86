import type { PoolClient } from 'pg';
import { announceChange } from '../db/pool.ts';
import { openSourceIncident, resolveSourceIncident, type SourceIncident } from '../db/source-incidents.ts';
import { type Teller, tellIncidents } from './tell-incidents.ts';

/**
 * Opens an incident of a source and puts one message about it in the outbox, in the caller's transaction. While one
 * of that kind is open nothing is opened and nothing told: false.
 */
export async function raiseSourceIncident(
  client: PoolClient,
  teller: Teller,
  incident: SourceIncident,
): Promise<boolean> {
  const id = await openSourceIncident(client, incident);
  if (id === null) return false;
  await tellIncidents(client, teller, incident.at, { opened: [id], worsened: [], resolved: [] });
  await announceChange(client, 'incidents');
  return true;
}

/** Ends what is open of that kind, and tells those who were told. False when nothing is open. */
export async function endSourceIncident(
  client: PoolClient,
  teller: Teller,
  incident: Omit<SourceIncident, 'detail'>,
): Promise<boolean> {
  const ended = await resolveSourceIncident(client, incident);
  if (ended === null) return false;
  const resolved = ended.isOver ? [ended.id] : [];
  await tellIncidents(client, teller, incident.at, { opened: [], worsened: [], resolved });
  await announceChange(client, 'incidents');
  return true;
}
