import type { PoolClient } from 'pg';
import { openSourceIncident, resolveSourceIncident, type SourceIncident } from '../db/incidents.ts';
import { channelsOfIncident } from '../db/notifications.ts';
import { announceChange } from '../db/pool.ts';
import {
  sourceIncidentOpenedMessage,
  sourceIncidentResolvedMessage,
} from '../models/alerts/source-incident-message.ts';
import type { Dependencies } from './dependencies.ts';
import { tellMessage } from './tell-message.ts';

type Teller = Pick<Dependencies, 'alerts' | 'pageUrl'>;

const TOPICS = {
  'schema-changed': 'transmission',
  'quarantine-limit': 'quality',
  'source-unreadable': 'freshness',
} as const;

/**
 * Opens an incident of a source and puts one message about it in the outbox, in the caller's transaction. While one
 * of that kind is open nothing is opened and nothing told: false.
 */
export async function raiseSourceIncident(
  client: PoolClient,
  { alerts, pageUrl }: Teller,
  incident: SourceIncident,
): Promise<boolean> {
  const id = await openSourceIncident(client, incident);
  if (id === null) return false;
  const { at, ...said } = incident;
  await tellMessage(client, alerts, {
    kind: 'incidents-opened',
    topic: TOPICS[incident.kind],
    told: String(id),
    message: (language) => sourceIncidentOpenedMessage({ ...said, atMs: at.getTime() }, language, pageUrl),
    asOf: at,
    event: 'opened',
    incidentIds: [id],
  });
  await announceChange(client, 'incidents');
  return true;
}

/** Ends the open incident of that kind, and tells those who were told. False when none is open. */
export async function endSourceIncident(
  client: PoolClient,
  { alerts, pageUrl }: Teller,
  incident: Omit<SourceIncident, 'detail'>,
): Promise<boolean> {
  const ended = await resolveSourceIncident(client, incident);
  if (ended === null) return false;
  const { kind, source, at } = incident;
  const times = { openedAtMs: ended.openedAt.getTime(), atMs: at.getTime() };
  await tellMessage(client, alerts, {
    kind: 'incidents-resolved',
    topic: TOPICS[kind],
    told: String(ended.id),
    message: (language) => sourceIncidentResolvedMessage({ kind, source, ...times }, language, pageUrl),
    asOf: at,
    event: 'resolved',
    incidentIds: [ended.id],
    channels: await channelsOfIncident(client, ended.id),
  });
  await announceChange(client, 'incidents');
  return true;
}
