import type { PoolClient } from 'pg';
import { announceChange } from '../db/pool.ts';
import { openSourceIncident, resolveSourceIncident } from '../db/source-incidents.ts';
import type { RaisedVariant } from '../models/detect/incidents/settle-findings.ts';
import { sourceTrouble, sourceTroubleKey } from '../models/detect/incidents/source-trouble.ts';
import { tellIncidents } from './tell-incidents.ts';
import type { Teller } from './tell-news.ts';

export interface SourceIncident {
  variant: RaisedVariant;
  source: string;
  /** What was found, one or more lines. */
  detail: string;
  at: Date;
}

/**
 * Opens an incident of a source and puts one message about it in the outbox, in the caller's transaction. While one
 * of that kind is open nothing is opened and nothing told: false.
 */
export async function raiseSourceIncident(
  client: PoolClient,
  teller: Teller,
  { variant, source, detail, at }: SourceIncident,
): Promise<boolean> {
  const finding = sourceTrouble(variant, source, detail, at.getTime());
  const id = await openSourceIncident(client, source, finding, at);
  if (id === null) return false;
  await tellIncidents(client, teller, at, { opened: [id], worsened: [], resolved: [] });
  await announceChange(client, 'incidents');
  return true;
}

/** Ends what is open of that kind, and tells those who were told. False when nothing is open. */
export async function endSourceIncident(
  client: PoolClient,
  teller: Teller,
  { variant, source, at }: Omit<SourceIncident, 'detail'>,
): Promise<boolean> {
  const ended = await resolveSourceIncident(client, sourceTroubleKey(variant, source), at);
  if (ended === null) return false;
  const resolved = ended.isOver ? [ended.id] : [];
  await tellIncidents(client, teller, at, { opened: [], worsened: [], resolved });
  await announceChange(client, 'incidents');
  return true;
}
