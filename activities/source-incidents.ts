import type { PoolClient } from 'pg';
import { openSourceIncident, resolveSourceIncident, type SourceIncident } from '../db/incidents.ts';
import { queueNotification } from '../db/notifications.ts';
import { announceChange } from '../db/pool.ts';
import {
  sourceIncidentOpenedMessage,
  sourceIncidentResolvedMessage,
} from '../models/alerts/source-incident-message.ts';
import type { Dependencies } from './dependencies.ts';
import { mailNotification } from './mail-notification.ts';

type Teller = Pick<Dependencies, 'language' | 'pageUrl'>;

/**
 * Opens an incident of a source and puts one message about it in the outbox, in the caller's transaction. While one
 * of that kind is open nothing is opened and nothing told: false.
 */
export async function raiseSourceIncident(
  client: PoolClient,
  { language, pageUrl }: Teller,
  incident: SourceIncident,
): Promise<boolean> {
  const id = await openSourceIncident(client, incident);
  if (id === null) return false;
  const { at, ...said } = incident;
  const message = sourceIncidentOpenedMessage({ ...said, atMs: at.getTime() }, language, pageUrl);
  await queueNotification(client, mailNotification('incidents-opened', String(id), message), [id]);
  await announceChange(client, 'incidents');
  return true;
}

/** Ends the open incident of that kind, and tells those who were told. False when none is open. */
export async function endSourceIncident(
  client: PoolClient,
  { language, pageUrl }: Teller,
  incident: Omit<SourceIncident, 'detail'>,
): Promise<boolean> {
  const ended = await resolveSourceIncident(client, incident);
  if (ended === null) return false;
  const { kind, source, at } = incident;
  const times = { openedAtMs: ended.openedAt.getTime(), atMs: at.getTime() };
  const message = sourceIncidentResolvedMessage({ kind, source, ...times }, language, pageUrl);
  await queueNotification(client, mailNotification('incidents-resolved', String(ended.id), message), [
    ended.id,
  ]);
  await announceChange(client, 'incidents');
  return true;
}
